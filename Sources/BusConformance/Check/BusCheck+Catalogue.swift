extension BusCheck {
    /// Every check of the kit, ordered by property.
    public static let all: [BusCheck] = {
        let checks =
            SubscribeChecks.all + InterestChecks.all + DeliveryChecks.all + OrderChecks.all + PublishChecks.all
            + PayloadChecks.all + NameChecks.all + CancelChecks.all + ReceiverChecks.all + ReentrancyChecks.all
            + SequenceChecks.all + BufferChecks.all + CloseChecks.all + StatisticsChecks.all + RecoveryChecks.all
            + GapChecks.all + OutageChecks.all + StallChecks.all + HalfCutChecks.all + DenialChecks.all
            + BlackHoleChecks.all + LinkChecks.all + ReconnectChecks.all + StateChecks.all
        return checks.sorted { ($0.property, $0.id) < ($1.property, $1.id) }
    }()

    /// What every bus keeps, as far as it shows without injected faults.
    public static let core: [BusCheck] = all.filter { $0.level == .core && $0.requirements.isEmpty }

    /// The checks that need injected faults.
    public static let withFaults: [BusCheck] = all.filter { !$0.requirements.isEmpty }

    /// Finds a check.
    ///
    /// - Parameter id: The readable id.
    /// - Returns: The check, or nil if there is none of this id.
    public static func named(_ id: String) -> BusCheck? {
        all.first { $0.id == id }
    }
}
