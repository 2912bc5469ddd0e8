using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Who may talk to whom, by tag. Google lets nothing in that no rule allows, but everything out, so the way out is closed
/// explicitly. It stays open on 443: Google's services answer on too many addresses to list, and NAT would be useless otherwise.
/// </summary>
internal sealed class GoogleFirewall : ComponentResource
{
    /// <summary>The network tag of GPU machines.</summary>
    public const string Machines = "gpu-machine";

    /// <summary>The network tag of routers.</summary>
    public const string Routers = "gpu-router";

    /// <summary>The network tag of monitors.</summary>
    public const string Monitors = "gpu-monitor";

    /// <summary>The network tag of GPU machines of which several make a replica.</summary>
    public const string Replicas = "gpu-replica";

    /// <summary>The network tag that a machine of the network takes to call engines.</summary>
    public const string Clients = "gpu-client";

    /// <summary>The priority of what is let through.</summary>
    public const int First = 1000;

    /// <summary>The priority of what denies all else.</summary>
    public const int Last = 65534;

    /// <summary>All addresses.</summary>
    public const string Anywhere = "0.0.0.0/0";

    /// <summary>Where Google's health checks and load balancers come from.</summary>
    private static readonly string[] Balancers = ["35.191.0.0/16", "130.211.0.0/22"];

    /// <summary>Where Google's tunnels for people come from (Identity-Aware Proxy, TCP forwarding).</summary>
    private static readonly string[] Tunnels = ["35.235.240.0/20"];

    private readonly RegionFleet _region;
    private readonly GoogleNetwork _network;

    public GoogleFirewall(RegionFleet region, GoogleNetwork network, ComponentResourceOptions options)
        : base("gpuinfra:google:Firewall", region.Name, options)
    {
        (_region, _network) = (region, network);
        In("clients", Machines, [Tcp(EnginePorts.First, EnginePorts.Last)], Clients);
        In("health-checks", Machines, [Tcp(EnginePorts.First, EnginePorts.Last)], Balancers);
        AddWayOut("", Machines);
        if (region.IsCluster)
        {
            // Nodes, pods and the API among themselves; into pods Google's own rules of a cluster let them.
            Out("cluster-out", Machines, [Tcp(), new FirewallAllowArgs { Protocol = "udp", Ports = { "53" } }], region.Network.ToString(), region.Settings.PodsIn(region.Region)!);
        }

        AddMonitored("monitors", Machines, MonitoringSource.Ports);
        if (!region.Files.IsEmpty)
        {
            AddFiles();
        }

        if (region is { Spans: true, IsCluster: false })
        {
            // Machines of a replica meet at ports that the engine chooses. What else they may reach is that of all GPU machines, whose tag they have too.
            In("replicas", Replicas, [Tcp()], Replicas);
            Out("replicas-out", Replicas, [Tcp()], region.Network.ToString());
            AddWayOut("replicas-", Replicas);
        }

        if (region.MachineEntry is { } entry)
        {
            AddRouters(entry);
        }

        if (!region.Monitors.IsEmpty)
        {
            AddMonitors();
        }

        RegisterOutputs();
    }

    /// <summary>Google's services and whom machines tell or ask, by HTTPS, and nothing else but what has a rule of its own.</summary>
    private void AddWayOut(string prefix, string target)
    {
        Out($"{prefix}https-out", target, [Tcp(443, 443)], Anywhere);
        Add($"{prefix}nothing-else-out", target, new FirewallArgs { Direction = "EGRESS", Priority = Last, DestinationRanges = { Anywhere }, Denies = { new FirewallDenyArgs { Protocol = "all" } } });
    }

    /// <summary>Google's file systems are in networks of its own that are joined to this one, at addresses which it chooses. Lustre's servers ask machines, too.</summary>
    private void AddFiles()
    {
        var lustre = _region.Files.Any(system => system.Kind == FileSystemKind.Lustre) ? FilePorts.Lustre.Select(port => (port.Name, "tcp", port.First, port.Last)).ToList() : [];
        var nfs = _region.Files.Any(system => system.Kind == FileSystemKind.Nfs) ? new[] { ("nfs", "tcp", FilePorts.Nfs, FilePorts.Nfs) } : [];
        Out("files-out", Machines, Allowed(nfs.Concat(lustre)), Private);
        if (lustre.Count > 0)
        {
            In("files", Machines, Allowed(lustre), Private);
        }
    }

    private void AddMonitored(string name, string target, ImmutableArray<(string Name, int First, int Last)> ports)
    {
        if (!_region.MonitorNetworks.IsEmpty)
        {
            In(name, target, Allowed(ports.Select(port => (port.Name, "tcp", port.First, port.Last))), [.. _region.MonitorNetworks]);
        }
    }

    private void AddMonitors()
    {
        var others = _region.Monitors.SelectMany(monitor => monitor.Site.Others).Select(other => $"{other.Address}/32").Distinct().Order(StringComparer.Ordinal);
        In("monitors-others", Monitors, Allowed(MonitorSource.Ports), [.. others]);
        In("monitors-people", Monitors, [Tcp(MonitorPorts.Grafana, MonitorPorts.Grafana)], Tunnels);
        Out("monitors-out", Monitors, Allowed(MonitorSource.PortsOut), Private); // Machines and the other monitor may be in any network that is joined.
        AddWayOut("monitors-", Monitors);
    }

    private void AddRouters(RouterEntry entry)
    {
        In("routers-engines", Machines, [Tcp(EnginePorts.First, EnginePorts.Last)], Routers);
        In("entry", Routers, [Tcp(entry.Port, entry.Port)], Private);
        In("entry-health", Routers, [Tcp(RouterEntry.HealthPort, RouterEntry.HealthPort)], Balancers);
        Out("routers-out", Routers, [Tcp(EnginePorts.First, EnginePorts.Last)], _region.Network.ToString());
        if (!entry.Others.IsEmpty)
        {
            Out("routers-entries-out", Routers, [Tcp(entry.Port, entry.Port)], Private);
        }

        AddWayOut("routers-", Routers);
        AddMonitored("monitors-routers", Routers, MonitoringSource.Router);
    }

    private void In(string name, string target, IEnumerable<FirewallAllowArgs> allows, string[] ranges) =>
        Add(name, target, new FirewallArgs { Direction = "INGRESS", Priority = First, SourceRanges = ranges, Allows = allows.ToList() });

    private void In(string name, string target, IEnumerable<FirewallAllowArgs> allows, string tag) =>
        Add(name, target, new FirewallArgs { Direction = "INGRESS", Priority = First, SourceTags = { tag }, Allows = allows.ToList() });

    private void Out(string name, string target, IEnumerable<FirewallAllowArgs> allows, params string[] ranges) =>
        Add(name, target, new FirewallArgs { Direction = "EGRESS", Priority = First, DestinationRanges = ranges, Allows = allows.ToList() });

    private void Add(string name, string target, FirewallArgs args)
    {
        (args.Network, args.TargetTags) = (_network.NetworkId, target);
        _ = new Firewall(Names.Fit($"gpuinfra-{_region.Region}-{name}", Names.GoogleAutoName), args, new CustomResourceOptions { Parent = this });
    }

    private static string[] Private => [.. PrivateRanges.All.Select(range => range.Range)];

    /// <summary>All ports.</summary>
    private static FirewallAllowArgs Tcp() => new() { Protocol = "tcp" };

    private static FirewallAllowArgs Tcp(int first, int last) => new() { Protocol = "tcp", Ports = { Ports(first, last) } };

    private static IEnumerable<FirewallAllowArgs> Allowed(IEnumerable<(string Name, string Protocol, int First, int Last)> ports) => ports.GroupBy(port => port.Protocol, StringComparer.Ordinal)
        .Select(group => new FirewallAllowArgs { Protocol = group.Key, Ports = group.Select(port => Ports(port.First, port.Last)).ToList() });

    private static string Ports(int first, int last) => first == last ? first.ToString(CultureInfo.InvariantCulture) : FormattableString.Invariant($"{first}-{last}");
}
