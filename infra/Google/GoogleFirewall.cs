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

    public GoogleFirewall(RegionFleet region, GoogleNetwork network, ComponentResourceOptions options)
        : base("gpuinfra:google:Firewall", region.Name, options)
    {
        Add("clients", new FirewallArgs
        {
            Network = network.NetworkId,
            Direction = "INGRESS",
            Priority = First,
            SourceTags = { Clients },
            Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { EnginePorts.Range } } },
        });
        Add("health-checks", new FirewallArgs
        {
            Network = network.NetworkId,
            Direction = "INGRESS",
            Priority = First,
            SourceRanges = { "35.191.0.0/16", "130.211.0.0/22" }, // Where Google's health checks and load balancers come from.
            Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { EnginePorts.Range } } },
        });
        AddWayOut("");
        if (region.IsCluster)
        {
            // Nodes, pods and the API among themselves; into pods Google's own rules of a cluster let them.
            Add("cluster-out", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "EGRESS",
                Priority = First,
                DestinationRanges = { region.Network.ToString(), region.Settings.PodsIn(region.Region)! },
                Allows = { new FirewallAllowArgs { Protocol = "tcp" }, new FirewallAllowArgs { Protocol = "udp", Ports = { "53" } } },
            });
        }

        AddMonitored("monitors", MonitoringSource.Ports, Machines);

        if (!region.Files.IsEmpty)
        {
            AddFiles();
        }

        if (region is { Spans: true, IsCluster: false })
        {
            AddReplicas();
        }

        if (region.MachineEntry is { } entry)
        {
            AddRouters(entry);
            AddMonitored("monitors-routers", MonitoringSource.Router, Routers);
        }

        if (!region.Monitors.IsEmpty)
        {
            AddMonitors();
        }

        RegisterOutputs();

        void Add(string name, FirewallArgs args, string target = Machines)
        {
            args.TargetTags = target;
            var fullName = Names.Fit($"gpuinfra-{region.Region}-{name}", Names.GoogleAutoName);
            _ = new Firewall(fullName, args, new CustomResourceOptions { Parent = this });
        }

        // Google's services and whom machines tell or ask, by HTTPS, and nothing else but what has a rule of its own.
        void AddWayOut(string prefix, string target = Machines)
        {
            Add($"{prefix}https-out", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "EGRESS",
                Priority = First,
                DestinationRanges = { Anywhere },
                Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { "443" } } },
            }, target);
            Add($"{prefix}nothing-else-out", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "EGRESS",
                Priority = Last,
                DestinationRanges = { Anywhere },
                Denies = { new FirewallDenyArgs { Protocol = "all" } },
            }, target);
        }

        // Google's file systems are in networks of its own that are joined to this one, at addresses which it chooses. Lustre's servers ask machines, too.
        void AddFiles()
        {
            var lustre = region.Files.Any(system => system.Kind == FileSystemKind.Lustre);
            IEnumerable<(string, string, int, int)> ports =
                [.. region.Files.Any(system => system.Kind == FileSystemKind.Nfs) ? [("nfs", "tcp", FilePorts.Nfs, FilePorts.Nfs)] : Array.Empty<(string, string, int, int)>(),
                    .. lustre ? FilePorts.Lustre.Select(port => (port.Name, "tcp", port.First, port.Last)) : []];
            Add("files-out", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "EGRESS",
                Priority = First,
                DestinationRanges = PrivateRanges.All.Select(range => range.Range).ToList(),
                Allows = Allowed(ports),
            });
            if (lustre)
            {
                Add("files", new FirewallArgs
                {
                    Network = network.NetworkId,
                    Direction = "INGRESS",
                    Priority = First,
                    SourceRanges = PrivateRanges.All.Select(range => range.Range).ToList(),
                    Allows = Allowed(FilePorts.Lustre.Select(port => (port.Name, "tcp", port.First, port.Last))),
                });
            }
        }

        // Machines of a replica meet at ports that the engine chooses. What else they may reach is that of all GPU machines, whose tag they have too.
        void AddReplicas()
        {
            Add("replicas", new FirewallArgs { Network = network.NetworkId, Direction = "INGRESS", Priority = First, SourceTags = { Replicas }, Allows = { new FirewallAllowArgs { Protocol = "tcp" } } }, Replicas);
            Add("replicas-out", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "EGRESS",
                Priority = First,
                DestinationRanges = { region.Network.ToString() },
                Allows = { new FirewallAllowArgs { Protocol = "tcp" } },
            }, Replicas);
            AddWayOut("replicas-", Replicas);
        }

        void AddMonitored(string name, ImmutableArray<(string Name, int First, int Last)> ports, string read)
        {
            if (!region.MonitorNetworks.IsEmpty)
            {
                Add(name, new FirewallArgs
                {
                    Network = network.NetworkId,
                    Direction = "INGRESS",
                    Priority = First,
                    SourceRanges = region.MonitorNetworks.ToList(),
                    Allows = Allowed(ports.Select(port => (port.Name, "tcp", port.First, port.Last))),
                }, read);
            }
        }

        void AddMonitors()
        {
            Add("monitors-others", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "INGRESS",
                Priority = First,
                SourceRanges = region.Monitors.SelectMany(monitor => monitor.Site.Others).Select(other => $"{other.Address}/32").Distinct().Order(StringComparer.Ordinal).ToList(),
                Allows = Allowed(MonitorSource.Ports),
            }, Monitors);
            Add("monitors-people", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "INGRESS",
                Priority = First,
                SourceRanges = { "35.235.240.0/20" }, // Where Google's tunnels for people come from (Identity-Aware Proxy, TCP forwarding).
                Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { MonitorPorts.Grafana.ToString(CultureInfo.InvariantCulture) } } },
            }, Monitors);
            Add("monitors-out", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "EGRESS",
                Priority = First,
                DestinationRanges = PrivateRanges.All.Select(range => range.Range).ToList(), // Machines and the other monitor may be in any network that is joined.
                Allows = Allowed(MonitorSource.PortsOut),
            }, Monitors);
            AddWayOut("monitors-", Monitors);
        }

        void AddRouters(RouterEntry entry)
        {
            var port = entry.Port.ToString(CultureInfo.InvariantCulture);
            Add("routers-engines", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "INGRESS",
                Priority = First,
                SourceTags = { Routers },
                Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { EnginePorts.Range } } },
            });
            Add("entry", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "INGRESS",
                Priority = First,
                SourceRanges = PrivateRanges.All.Select(range => range.Range).ToList(),
                Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { port } } },
            }, Routers);
            Add("entry-health", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "INGRESS",
                Priority = First,
                SourceRanges = { "35.191.0.0/16", "130.211.0.0/22" },
                Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { RouterEntry.HealthPort.ToString(CultureInfo.InvariantCulture) } } },
            }, Routers);
            Add("routers-out", new FirewallArgs
            {
                Network = network.NetworkId,
                Direction = "EGRESS",
                Priority = First,
                DestinationRanges = { region.Network.ToString() },
                Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { EnginePorts.Range } } },
            }, Routers);
            if (!entry.Others.IsEmpty)
            {
                Add("routers-entries-out", new FirewallArgs
                {
                    Network = network.NetworkId,
                    Direction = "EGRESS",
                    Priority = First,
                    DestinationRanges = PrivateRanges.All.Select(range => range.Range).ToList(),
                    Allows = { new FirewallAllowArgs { Protocol = "tcp", Ports = { port } } },
                }, Routers);
            }

            AddWayOut("routers-", Routers);
        }
    }

    private static InputList<FirewallAllowArgs> Allowed(IEnumerable<(string Name, string Protocol, int First, int Last)> ports) => ports.GroupBy(port => port.Protocol, StringComparer.Ordinal)
        .Select(group => new FirewallAllowArgs { Protocol = group.Key, Ports = group.Select(port => FormattableString.Invariant($"{port.First}-{port.Last}")).ToList() }).ToList();
}
