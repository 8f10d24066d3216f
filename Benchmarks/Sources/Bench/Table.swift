import Foundation
import Measuring

/// One table: figures of Hubs beside those of a reference.
struct Table {
    /// What is aimed at.
    enum Aim {
        case atLeast(Double)
        case atMost(Double)
        case none

        var text: String {
            switch self {
            case .atLeast(let ratio): "≥ \(ratio)"
            case .atMost(let ratio): "≤ \(ratio)"
            case .none: ""
            }
        }
    }

    private var lines: [[String]] = []
    private let title: String

    init(_ title: String, contender: String = "Hubs", reference: String) {
        self.title = title
        self.lines.append(["", contender, reference, "ratio", "(from – to)", "aim"])
    }

    /// Adds a figure.
    mutating func add(
        _ label: String,
        _ samples: Samples,
        _ figure: String,
        of contender: String,
        to reference: String,
        aim: Aim = .none
    ) {
        let spread = samples.spread(figure, of: contender, to: reference)
        self.lines.append([
            label,
            Self.number(samples.median(contender, figure)),
            Self.number(samples.median(reference, figure)),
            String(format: "%.2f", samples.ratio(figure, of: contender, to: reference)),
            String(format: "(%.2f – %.2f)", spread.0, spread.1),
            aim.text,
        ])
    }

    func write() {
        Report.line("\n\(self.title)")
        let widths = self.lines[0].indices.map { column in self.lines.map { $0[column].count }.max() ?? 0 }
        for line in self.lines {
            let cells = zip(line, widths).enumerated().map { index, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + space : space + cell.0
            }
            Report.line("  " + cells.joined(separator: "   "))
        }
    }

    /// Three significant digits, or thousands in groups.
    private static func number(_ value: Double) -> String {
        guard value < 1_000 else { return Int(value).formatted(.number.locale(Locale(identifier: "en_US"))) }
        return String(format: value < 10 ? "%.3f" : "%.1f", value)
    }
}
