import Foundation
import Testing

/// Inputs that the fuzzer found worth keeping: they reach code that others do not, or once broke something.
@Suite("hiredis' reader on the fuzzer's corpus", .timeLimit(.minutes(1)))
struct HiredisReaderCorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fuzz/Corpus", isDirectory: true)

    @Test func allInputsAreUnderstoodAsByTheSecondParser() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(names.count > 20)
        for name in names {
            let input = try Data(contentsOf: Self.folder.appendingPathComponent(name))
            #expect(ReaderProperty.violation(of: Array(input)) == nil, "\(name)")
        }
    }
}
