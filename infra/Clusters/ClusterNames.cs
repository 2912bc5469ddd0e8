namespace GpuInfra.Infra.Clusters;

/// <summary>Names that objects in a cluster know each other by. An engine's Deployment and its headless Service are called as the pool.</summary>
internal static class ClusterNames
{
    /// <summary>Where engines, routers and jobs run.</summary>
    public const string Serving = "serving";

    /// <summary>Where what watches them runs.</summary>
    public const string Monitoring = "monitoring";

    /// <summary>Where exporters run, which see their node.</summary>
    public const string Exporters = "exporters";

    /// <summary>Where operators of autoscaling run.</summary>
    public const string Scaling = "keda";

    /// <summary>Where what copies secrets from the cloud's store runs; its account has the same name.</summary>
    public const string Secrets = "external-secrets";

    /// <summary>Where gateways run.</summary>
    public const string Gateways = "envoy-gateway-system";

    /// <summary>The names of Services end with it.</summary>
    public const string Domain = "svc.cluster.local";

    /// <summary>The label with a pool's id: of nodes, engines and their Service.</summary>
    public const string PoolLabel = "gpu.fleet/pool";

    /// <summary>The label with a serving's name, of engines and their Service.</summary>
    public const string ServingLabel = "gpu.fleet/serving";

    /// <summary>The label with a tier: of nodes and engines.</summary>
    public const string TierLabel = "gpu.fleet/tier";

    /// <summary>The label with what an object is: <c>engine</c>, <c>router</c>, <c>job</c>.</summary>
    public const string RoleLabel = "gpu.fleet/role";

    /// <summary>The class of priority of what somebody waits for.</summary>
    public const string OnlinePriority = "gpuinfra-online";

    /// <summary>The Service and the Deployment of routers, and what they are.</summary>
    public const string Router = "router";

    /// <summary>The Gateway, its route and its certificate.</summary>
    public const string Entry = "entry";

    /// <summary>The store of secrets, as a namespace names it.</summary>
    public const string Store = "cloud";

    /// <summary>The engine's container.</summary>
    public const string Engine = "vllm";

    /// <summary>The engine's port, by name: it answers requests and is asked for metrics there.</summary>
    public const string EnginePort = "http";
}
