using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// A network of one subnet. No machine has an external address: Google's own services are reached privately, everything else
/// (the driver at first boot) through NAT.
/// </summary>
internal sealed class GoogleNetwork : ComponentResource
{
    public GoogleNetwork(RegionFleet region, ComponentResourceOptions options)
        : base("gpuinfra:google:Network", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var name = Names.Fit($"gpuinfra-{region.Region}", Names.GoogleAutoName);
        var kept = new CustomResourceOptions { Parent = this, Protect = region.Protect };
        var network = new Network(name, new NetworkArgs { AutoCreateSubnetworks = false, RoutingMode = "REGIONAL" }, kept);
        var args = new SubnetworkArgs
        {
            Network = network.Id,
            Region = region.Region,
            IpCidrRange = region.Network.ToString(),
            PrivateIpGoogleAccess = true,

            // A sample is enough to see who talked to whom, at a twentieth of the cost.
            LogConfig = new SubnetworkLogConfigArgs
            {
                AggregationInterval = "INTERVAL_10_MIN",
                FlowSampling = 0.05,
                Metadata = "EXCLUDE_ALL_METADATA",
            },
        };
        if (region.IsCluster)
        {
            args.SecondaryIpRanges =
            [
                new SubnetworkSecondaryIpRangeArgs { RangeName = GoogleCluster.Pods, IpCidrRange = region.Settings.PodsIn(region.Region)! },
                new SubnetworkSecondaryIpRangeArgs { RangeName = GoogleCluster.Services, IpCidrRange = region.Settings.ServicesIn(region.Region)! },
            ];
        }

        var subnet = new Subnetwork(name, args, kept);
        var router = new Router(name, new RouterArgs { Network = network.Id, Region = region.Region }, child);
        _ = new RouterNat(name, new RouterNatArgs
        {
            Router = router.Name,
            Region = region.Region,
            NatIpAllocateOption = "AUTO_ONLY",
            SourceSubnetworkIpRangesToNat = "ALL_SUBNETWORKS_ALL_IP_RANGES",
            LogConfig = new RouterNatLogConfigArgs { Enable = true, Filter = "ERRORS_ONLY" },
        }, child);

        NetworkId = network.Id;
        SubnetId = subnet.Id;
        RegisterOutputs();
    }

    public Output<string> NetworkId { get; }

    public Output<string> SubnetId { get; }
}
