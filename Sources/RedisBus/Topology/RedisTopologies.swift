import BusCore
import Logging

/// Makes what a configuration's topology needs.
enum RedisTopologies {
    static func make(
        _ configuration: RedisBusConfiguration,
        dialer: RedisDialer,
        loop: RedisLoop,
        logger: Logger
    ) -> any RedisLinkTopology {
        switch configuration.topology {
        case .server:
            return RedisServerTopology(configuration.endpoints, eventLoop: loop.eventLoop)
        case .sentinel(let service):
            return RedisSentinelTopology(
                service: service,
                configuration: configuration,
                eventLoop: loop.eventLoop,
                logger: logger
            ) { endpoint in
                RedisControlConnection(
                    to: endpoint,
                    credentials: .known(configuration.sentinelCredentials),
                    configuration: configuration,
                    dialer: dialer,
                    loop: loop
                )
            }
        case .cluster(let mode):
            return RedisClusterTopology(
                mode: mode,
                configuration: configuration,
                eventLoop: loop.eventLoop,
                logger: logger
            ) { endpoint in
                RedisControlConnection(
                    to: endpoint,
                    credentials: .configured,
                    configuration: configuration,
                    dialer: dialer,
                    loop: loop
                )
            }
        }
    }
}
