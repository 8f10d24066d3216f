import FuzzDriver

/// Looks for bytes on which the reader of replies breaks ``ReaderProperty``; takes the options of libFuzzer.
@main
struct CodecFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, count in
            let input = Array(UnsafeBufferPointer(start: data, count: count))
            if let violation = ReaderProperty.violation(of: input) {
                fatalError(violation)
            }
            return 0
        }
    }
}
