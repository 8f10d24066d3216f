/// What a group command asks for, with .NET's numbers.
package enum GroupAction: Int, Sendable {
    case add = 1
    case remove = 2
}
