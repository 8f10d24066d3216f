/// Which containers are open, one bit each, so that values of any depth are skipped without recursion.
struct JSONNesting {
    private(set) var depth = 0
    private var top: UInt64 = 0
    private var below: [UInt64] = []

    /// Whether the innermost open container is an object.
    var isObject: Bool { top & 1 == 1 }

    mutating func push(isObject: Bool) {
        if depth > 0, depth % 64 == 0 {
            below.append(top)
            top = 0
        }
        top = top << 1 | (isObject ? 1 : 0)
        depth += 1
    }

    mutating func pop() {
        top >>= 1
        depth -= 1
        if depth > 0, depth % 64 == 0 { top = below.removeLast() }
    }
}
