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
        func open(_ endpoint: RedisEndpoint, _ credentials: RedisControlConnection.Credentials)
            -> RedisControlConnection
        {
            RedisControlConnection(
                to: endpoint,
                credentials: credentials,
                configuration: configuration,
                dialer: dialer,
                loop: loop
            )
        }
        switch configuration.topology {
        case .server:
            return RedisServerTopology(configuration.endpoints, eventLoop: loop.eventLoop)
        case .sentinel(let service):
            return RedisSentinelTopology(
                service: service,
                configuration: configuration,
                eventLoop: loop.eventLoop,
                logger: logger
            ) { open($0, .known(configuration.sentinelCredentials)) }
        case .cluster(let mode):
            return RedisClusterTopology(
                mode: mode,
                configuration: configuration,
                eventLoop: loop.eventLoop,
                logger: logger
            ) { open($0, .configured) }
        }
    }
}
