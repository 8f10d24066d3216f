import ArgumentParser

/// What the kit can be run on.
enum Deployment: String, CaseIterable, ExpressibleByArgument {
    case server, sentinel, cluster, sharded
}
