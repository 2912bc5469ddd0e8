using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Routes;
using Pulumi;

namespace GpuInfra.Infra.Google;

/// <summary>What routers are, to Google Cloud.</summary>
internal sealed class GoogleRouterIdentity : ComponentResource
{
    public GoogleRouterIdentity(string name, RouterEntry entry, GooglePlace place, ComponentResourceOptions options)
        : base("gpuinfra:google:RouterIdentity", place.Region.Name, options)
    {
        Email = new GoogleMachineAccount("router", RouterSource.Root, entry.Secrets) { Permissions = ModelPermissions(entry) }.Make(name, place, this);
        if (place.Region.Spans)
        {
            GoogleRendezvous.Look(name, place.Region, place.Weights, Output.Format($"serviceAccount:{Email}"), this);
        }

        RegisterOutputs();
    }

    /// <summary>What asking Google's models takes: a project has no narrower right than for all its models.</summary>
    public static ImmutableArray<string> ModelPermissions(RouterEntry entry) => entry.OwnApis.IsEmpty ? [] : ["aiplatform.endpoints.predict"];

    /// <summary>The account's mail address.</summary>
    public Output<string> Email { get; }
}
