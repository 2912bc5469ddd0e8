using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>
/// What machines do of which several make a replica: files that their start script reads, since user data has no room for them, and objects of the region's bucket through which they
/// find each other.
/// </summary>
internal static class ReplicaSource
{
    /// <summary>What the paths of those objects begin with; the pool's id follows, then a sum of how the engine runs, then the replica's number.</summary>
    public const string Folder = "rendezvous";

    private const int KeepDays = 7;

    /// <summary>What the files' paths in the bucket begin with.</summary>
    public const string Root = "replica";

    /// <summary>Where the start script begins to do things: what is above are functions, of which this replaces some.</summary>
    private const string Begin = "\nmount_cache\n";

    private static readonly Lazy<ImmutableArray<MachineFile>> All = new(() =>
        [.. new[] { "span.sh", "rendezvous.py", "stores.py", "main.py" }.Select(name => new MachineFile(Root, name, EmbeddedText.Read($"{Root}/{name}")))]);

    /// <summary>The files.</summary>
    public static ImmutableArray<MachineFile> Files => All.Value;

    /// <summary>Folders that the machines of a region may write to, one for each pool whose replicas span machines; none in a cluster, where pods find each other by its names.</summary>
    public static ImmutableArray<string> Folders(RegionFleet region) => region.IsCluster ? [] : [.. region.Pools.Where(plan => plan.Pool.NodesPerReplica > 1).Select(plan => $"{Folder}/{plan.Pool.Id}")];

    /// <summary>A bucket's rules with those of these objects: machines that run write them every 15 s, and what nobody writes any more is of machines that are gone.</summary>
    /// <param name="lifecycle">The other rules.</param>
    /// <param name="pools">The pools of its region.</param>
    public static BucketLifecycle Of(BucketLifecycle lifecycle, ImmutableArray<Pool> pools) => pools.Any(pool => pool.NodesPerReplica > 1)
        ? lifecycle with { Rules = lifecycle.Rules.Add(new LifecycleRule(Folder, $"{Folder}/", new Keeping(null, null, KeepDays)) { OldVersionsDays = 1 }) }
        : lifecycle;

    /// <summary>
    /// Where machines of a pool meet that run the engine in one way. Others of the same pool, as there are while an update renews them, meet elsewhere: a replica of two models would answer
    /// nonsense.
    /// </summary>
    /// <param name="region">The region.</param>
    /// <param name="plan">The pool.</param>
    /// <param name="image">The engine's image.</param>
    public static string Place(RegionFleet region, PoolPlan plan, string image)
    {
        var engine = string.Join('\n', [image, plan.Artefact.Path, plan.Artefact.Sha256 ?? "", .. EngineArguments.Flags(region, plan), Nodes(plan.Pool)]);
        return $"{Folder}/{plan.Pool.Id}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(engine)))[..12]}";
    }

    /// <summary>The start script with the files read before anything is done; it needs <see cref="MachineFile.Fetcher"/>.</summary>
    /// <param name="script">The script.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="place">Where its machines meet.</param>
    public static string Into(string script, Pool pool, string place) => script.Contains(Begin, StringComparison.Ordinal)
        ? script.Replace(Begin, Start(pool, place) + Begin, StringComparison.Ordinal)
        : throw new InvalidOperationException("The start script begins otherwise than this expects.");

    private static string Start(Pool pool, string place) => $$"""

        NODES='{{Nodes(pool)}}' RENDEZVOUS='{{place}}' UNITS=/etc/systemd/system GATE=/usr/local/sbin/gpuinfra-gate LAST=/var/lib/gpuinfra-replica/last
        SPAN=/usr/local/lib/gpuinfra-replica
        retry 10 fetch_files "${SPAN}" {{string.Join(' ', Files.Select(file => file.Key))}}
        . "${SPAN}/span.sh"
        """;

    private static string Nodes(Pool pool) => pool.NodesPerReplica.ToString(CultureInfo.InvariantCulture);
}
