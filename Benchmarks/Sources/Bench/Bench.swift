import Foundation
import Measuring

/// Measures Hubs against what bounds it, in turns, and prints a table for each row:
/// `Bench [redis] [memory-bus] [fan-out] [connections] [--quick]`; without names, all of them.
@main
enum Bench {
    static func main() {
        let options = Options(switches: ["quick", "help"])
        let names = options.rest.isEmpty ? Row.allCases.map(\.rawValue) : options.rest
        let rows = names.compactMap(Row.init(rawValue:))
        guard rows.count == names.count, !options.has("help") else {
            Report.line("Rows: \(Row.allCases.map(\.rawValue).joined(separator: ", ")); without any, all.")
            Report.line("--quick measures few short rounds: it shows that everything runs.")
            exit(options.has("help") ? 0 : 1)
        }
        Report.line(Machine.description)
        for row in rows {
            do {
                try row.run(Effort(isQuick: options.has("quick")))
            } catch {
                Report.line("\n\(row.rawValue): not measured. \(error)")
                exit(1)
            }
        }
    }
}
