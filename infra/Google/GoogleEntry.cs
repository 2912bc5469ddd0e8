using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;
using Pulumi.Gcp.Dns;
using Pulumi.Gcp.Dns.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// What clients call: a balancer that passes connections through to the routers, and its name. It forgets a connection after ten minutes of
/// silence, and routers break every silence each minute.
/// </summary>
internal sealed class GoogleEntry : ComponentResource
{
    public GoogleEntry(
        RouterEntry entry, GooglePlace place, Output<string>? network, HealthCheck check, RegionInstanceGroupManager group, ComponentResourceOptions options)
        : base("gpuinfra:google:Entry", place.Region.Name, options)
    {
        var region = place.Region;
        var name = Names.Fit($"gpuinfra-{region.Region}-entry", Names.GoogleAutoName);
        var child = new CustomResourceOptions { Parent = this };
        var service = new RegionBackendService(name, new RegionBackendServiceArgs
        {
            Region = region.Region,
            LoadBalancingScheme = "INTERNAL",
            Protocol = "TCP",
            SessionAffinity = "NONE",
            ConnectionDrainingTimeoutSec = (int)entry.Drain.TotalSeconds,
            HealthChecks = check.Id,
            Backends = { new RegionBackendServiceBackendArgs { Group = group.InstanceGroup, BalancingMode = "CONNECTION" } },
        }, child);
        var rule = new ForwardingRule(name, new ForwardingRuleArgs
        {
            Region = region.Region,
            LoadBalancingScheme = "INTERNAL",
            IpProtocol = "TCP",
            Ports = { entry.Port.ToString(CultureInfo.InvariantCulture) },
            Subnetwork = place.SubnetId,
            BackendService = service.Id,
            AllowGlobalAccess = true, // Clients of joined networks come through gateways of other regions too.
            Labels = region.Tags.Shared.Labels,
        }, child);
        if (network is not null)
        {
            Name(entry, region, network, rule, child);
        }

        RegisterOutputs();
    }

    /// <summary>A zone of its own for the one name, so that others may forward it here. In a network of the organisation names are its owner's.</summary>
    private static void Name(RouterEntry entry, RegionFleet region, Output<string> network, ForwardingRule rule, CustomResourceOptions child)
    {
        var name = Names.Fit($"gpuinfra-{region.Region}", Names.GoogleAutoName);
        var zone = new ManagedZone(name, new ManagedZoneArgs
        {
            DnsName = $"{entry.Name}.",
            Visibility = "private",
            Description = $"Routers of {region.Settings.Project}/{region.Settings.Stack} in {region.Region}",
            PrivateVisibilityConfig = new ManagedZonePrivateVisibilityConfigArgs
            {
                Networks = { new ManagedZonePrivateVisibilityConfigNetworkArgs { NetworkUrl = network } },
            },
            Labels = region.Tags.Shared.Labels,
        }, child);
        _ = new RecordSet(name, new RecordSetArgs { ManagedZone = zone.Name, Name = $"{entry.Name}.", Type = "A", Ttl = 60, Rrdatas = { rule.IpAddress } }, child);
    }
}
