/// The command line of a program: `--name value` pairs, and `--name` alone for a switch.
public struct Options: Sendable {
    private var values: [String: String] = [:]

    /// What stands on the command line and belongs to no option.
    public private(set) var rest: [String] = []

    /// Reads the command line.
    ///
    /// - Parameters:
    ///   - arguments: The arguments, without the program's name.
    ///   - switches: The names of options that take no value.
    public init(_ arguments: some Sequence<String> = CommandLine.arguments.dropFirst(), switches: Set<String> = []) {
        var name: String?
        for argument in arguments {
            if let known = name {
                self.values[known] = argument
                name = nil
            } else if argument.hasPrefix("--") {
                let option = String(argument.dropFirst(2))
                if switches.contains(option) { self.values[option] = "" } else { name = option }
            } else {
                self.rest.append(argument)
            }
        }
        if let name { preconditionFailure("--\(name) needs a value.") }
    }

    /// Whether an option was given.
    ///
    /// - Parameter name: The option, without dashes.
    /// - Returns: Whether it was given.
    public func has(_ name: String) -> Bool { self.values[name] != nil }

    /// The value of an option that must be given.
    ///
    /// - Parameter name: The option, without dashes.
    /// - Returns: Its value.
    public func string(_ name: String) -> String {
        guard let value = self.values[name] else { preconditionFailure("--\(name) is missing.") }
        return value
    }

    /// The value of an option that must be given and is a whole number.
    ///
    /// - Parameter name: The option, without dashes.
    /// - Returns: Its value.
    public func integer(_ name: String) -> Int {
        guard let value = Int(self.string(name)) else { preconditionFailure("--\(name) needs a whole number.") }
        return value
    }
}
