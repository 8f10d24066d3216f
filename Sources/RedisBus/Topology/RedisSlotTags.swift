/// Short texts whose hash slot is a given one, to make names that a given shard serves.
enum RedisSlotTags {
    private static let tags: [String] = {
        var tags = [String](repeating: "", count: RedisKeySlot.count)
        var missing = tags.count
        var number = 0
        while missing > 0 {
            let text = String(number, radix: 36)
            let slot = RedisKeySlot.of(text.utf8)
            if tags[slot].isEmpty {
                tags[slot] = text
                missing -= 1
            }
            number += 1
        }
        return tags
    }()

    /// The first number, written with base 36, whose slot this is.
    static func tag(ofSlot slot: Int) -> String { Self.tags[slot] }
}
