using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Aws.Ec2;
using Pulumi.Aws.Vpc;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Who may talk to whom: clients to the engines' ports, machines to AWS's services. The name service and the metadata service are
/// not filtered by security groups.
/// </summary>
internal sealed class AmazonSecurityGroups : ComponentResource
{
    private const int Https = 443;

    /// <summary>What a cluster's API calls on nodes: kubelets, the metrics server, and webhooks of Karpenter, KEDA and the Prometheus operator.</summary>
    private static readonly int[] ApiCalls = [4443, 6443, 8443, 9443, 10_250, 10_251];

    private readonly RegionFleet _region;
    private readonly Input<string> _vpc;
    private readonly SecurityGroup _machines;
    private readonly SecurityGroup? _routers;
    private readonly SecurityGroup? _monitors;
    private readonly SecurityGroup? _files;

    public AmazonSecurityGroups(RegionFleet region, Input<string> vpc, ComponentResourceOptions options)
        : base("gpuinfra:amazon:SecurityGroups", region.Name, options)
    {
        (_region, _vpc) = (region, vpc);
        var clients = Group("clients", "May call the engines; join it to be a client");
        _machines = Group("machines", "GPU machines");
        Allow("clients-machines", clients, _machines, EnginePorts.First, EnginePorts.Last);
        AddMonitored(_machines, MonitoringSource.Ports);
        if (region.IsCluster)
        {
            // EKS adds it to the API's interfaces beside its own group, which no node has.
            var api = Group("api", "The API of the cluster");
            Api = api.Id;
            Allow("nodes-api", _machines, api, Https, Https);
            foreach (var port in ApiCalls)
            {
                Allow(FormattableString.Invariant($"api-nodes-{port}"), api, _machines, port, port);
            }

            foreach (var network in region.Settings.Cluster.From)
            {
                In($"api-{network.Replace('/', '-')}", api, network, Https, Https);
            }

            // Pods have addresses of the network: what one node's may reach on another's is for the policies in the cluster to say.
            Allow("nodes-nodes", _machines, _machines, 1, 65_535);
            Allow("nodes-names", _machines, _machines, 53, 53, "udp");
        }

        if (region.Spans)
        {
            var fabric = Group("fabric", "GPU machines of which several make a replica");
            Fabric = fabric.Id;
            AmazonFabric.Open(region, fabric, this);
        }

        if (region.MachineEntry is { } entry)
        {
            _routers = Group("routers", "Routers");
            Entry = AddEntry(entry, _routers);
            AddMonitored(_routers, MonitoringSource.Router);
        }

        if (!region.Monitors.IsEmpty)
        {
            _monitors = Group("monitors", "Monitors");
            AddMonitors(_monitors);
        }

        if (!region.Files.IsEmpty)
        {
            _files = Group("files", "File systems that machines share");
            AddFiles(_files);
        }
    }

    public Output<string> Machines => _machines.Id;

    /// <summary>The group of a cluster's API; null where there is no cluster.</summary>
    public Output<string>? Api { get; }

    /// <summary>The group of machines of which several make a replica; null where there are none.</summary>
    public Output<string>? Fabric { get; }

    /// <summary>The network.</summary>
    public Input<string> Vpc => _vpc;

    /// <summary>The group of routers; null where there are none.</summary>
    public Output<string>? Routers => _routers?.Id;

    /// <summary>The group of shared file systems; null where there are none.</summary>
    public Output<string>? Files => _files?.Id;

    /// <summary>The group of monitors; null where there are none.</summary>
    public Output<string>? Monitors => _monitors?.Id;

    /// <summary>The group of the balancer before them; null where there are none.</summary>
    public Output<string>? Entry { get; }

    /// <summary>
    /// Monitors read machines and each other wherever these are, so they are let out to private networks on those ports, and to whom they tell by HTTPS. Nobody but the other
    /// comes in.
    /// </summary>
    private void AddMonitors(SecurityGroup monitors)
    {
        foreach (var other in _region.Monitors.SelectMany(monitor => monitor.Site.Others).Select(one => one.Address).Distinct())
        {
            foreach (var (name, protocol, first, last) in MonitorSource.Ports)
            {
                In($"monitors-{other}-{name}", monitors, $"{other}/32", first, last, protocol);
            }
        }

        foreach (var (range, cidr) in PrivateRanges.All)
        {
            foreach (var (name, protocol, first, last) in MonitorSource.PortsOut)
            {
                Out($"monitors-{range}-{name}", monitors, new SecurityGroupEgressRuleArgs { CidrIpv4 = cidr, IpProtocol = protocol }, first, last);
            }
        }

        Out("monitors-https", monitors, new SecurityGroupEgressRuleArgs { CidrIpv4 = "0.0.0.0/0" }, Https);
    }

    /// <summary>NFS is asked by machines alone; Lustre's servers and machines ask each other, and servers among themselves (FSx for Lustre user guide, security groups).</summary>
    private void AddFiles(SecurityGroup files)
    {
        if (_region.Files.Any(system => system.Kind == FileSystemKind.Nfs))
        {
            Allow("machines-files-nfs", _machines, files, FilePorts.Nfs, FilePorts.Nfs);
        }

        if (_region.Files.Any(system => system.Kind == FileSystemKind.Lustre))
        {
            foreach (var (name, first, last) in FilePorts.Lustre)
            {
                Allow($"machines-files-{name}", _machines, files, first, last);
                Allow($"files-machines-{name}", files, _machines, first, last);
                Allow($"files-files-{name}", files, files, first, last);
            }
        }
    }

    /// <summary>Monitors read exporters, engines and routers; the rules are named by network, so that none moves another.</summary>
    private void AddMonitored(SecurityGroup read, ImmutableArray<(string Name, int First, int Last)> ports)
    {
        foreach (var network in _region.MonitorNetworks)
        {
            foreach (var (name, first, last) in ports)
            {
                In($"monitors-{network.Replace('/', '-')}-{name}", read, network, first, last);
            }
        }
    }

    /// <summary>Adds the group of interface endpoints, which machines may call.</summary>
    /// <returns>The group's id.</returns>
    public Output<string> AddEndpoints()
    {
        var endpoints = Group("endpoints", "Interface endpoints of AWS services");
        Allow("machines-endpoints", _machines, endpoints, Https, Https);
        if (_routers is not null)
        {
            Allow("routers-endpoints", _routers, endpoints, Https, Https);
        }

        if (_monitors is not null)
        {
            // They have another way out, but names of these services lead to the endpoints here.
            Allow("monitors-endpoints", _monitors, endpoints, Https, Https);
        }

        return endpoints.Id;
    }

    /// <summary>Lets machines out to S3 and, but for endpoints, nowhere else.</summary>
    /// <param name="prefixList">The addresses of S3 in the region.</param>
    public void CloseTo(Output<string> prefixList) =>
        LetOut("s3", () => new SecurityGroupEgressRuleArgs { PrefixListId = prefixList });

    /// <summary>Lets machines out by HTTPS; where that leads is for the network's routes to say.</summary>
    public void LeaveToRoutes() =>
        LetOut("https", () => new SecurityGroupEgressRuleArgs { CidrIpv4 = "0.0.0.0/0" });

    /// <summary>The last rules.</summary>
    private void LetOut(string name, Func<SecurityGroupEgressRuleArgs> destination)
    {
        Out($"machines-{name}", _machines, destination(), Https);
        if (_routers is not null)
        {
            Out($"routers-{name}", _routers, destination(), Https);
        }

        RegisterOutputs();
    }

    /// <summary>Whoever is in a private network may come in, which is this one and those that the organisation has joined to it.</summary>
    private Output<string> AddEntry(RouterEntry entry, SecurityGroup routers)
    {
        var balancer = Group("entry", "The balancer before the routers");
        foreach (var (name, range) in PrivateRanges.All)
        {
            In($"entry-{name}", balancer, range, entry.Port, entry.Port);
            if (!entry.Others.IsEmpty)
            {
                Out($"routers-{name}", routers, new SecurityGroupEgressRuleArgs { CidrIpv4 = range }, entry.Port);
            }
        }

        Allow("entry-routers", balancer, routers, entry.Port, entry.Port);
        Allow("entry-health", balancer, routers, RouterEntry.HealthPort, RouterEntry.HealthPort);
        Allow("routers-machines", routers, _machines, EnginePorts.First, EnginePorts.Last);
        return balancer.Id;
    }

    private void In(string name, SecurityGroup to, string range, int firstPort, int lastPort, string protocol = "tcp") =>
        _ = new SecurityGroupIngressRule($"{_region.Name}-{name}", new SecurityGroupIngressRuleArgs
        {
            SecurityGroupId = to.Id,
            CidrIpv4 = range,
            IpProtocol = protocol,
            FromPort = firstPort,
            ToPort = lastPort,
            Tags = _region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this });

    private void Out(string name, SecurityGroup from, SecurityGroupEgressRuleArgs args, int firstPort, int? lastPort = null)
    {
        args.SecurityGroupId = from.Id;
        args.IpProtocol ??= "tcp";
        args.FromPort = firstPort;
        args.ToPort = lastPort ?? firstPort;
        args.Tags = _region.Tags.Shared.Tags;
        _ = new SecurityGroupEgressRule($"{_region.Name}-{name}", args, new CustomResourceOptions { Parent = this });
    }

    private SecurityGroup Group(string name, string description) => new($"{_region.Name}-{name}", new SecurityGroupArgs
    {
        VpcId = _vpc,
        Description = description,
        Tags = _region.Tags.Shared.Named($"{_region.Name}-{name}"),
    }, new CustomResourceOptions { Parent = this });

    private void Allow(string name, SecurityGroup from, SecurityGroup to, int firstPort, int lastPort, string protocol = "tcp")
    {
        _ = new SecurityGroupEgressRule($"{_region.Name}-{name}", new SecurityGroupEgressRuleArgs
        {
            SecurityGroupId = from.Id,
            ReferencedSecurityGroupId = to.Id,
            IpProtocol = protocol,
            FromPort = firstPort,
            ToPort = lastPort,
            Tags = _region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this });
        _ = new SecurityGroupIngressRule($"{_region.Name}-{name}", new SecurityGroupIngressRuleArgs
        {
            SecurityGroupId = to.Id,
            ReferencedSecurityGroupId = from.Id,
            IpProtocol = protocol,
            FromPort = firstPort,
            ToPort = lastPort,
            Tags = _region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this });
    }
}
