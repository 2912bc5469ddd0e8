using System.Globalization;
using System.Text;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Common;

/// <summary>
/// The script that a machine runs when it starts: <c>bootstrap.sh</c> with its settings in front. It holds no secret, since
/// whoever may describe a template reads it.
/// </summary>
internal static class Bootstrap
{
    /// <summary>AWS accepts 16 KB of user data before it is encoded.</summary>
    private const int MostBytes = 16 * 1024;

    /// <summary>What all machines' scripts begin with, and this one's own part.</summary>
    private static readonly string[] Assets = ["shell.sh", "bootstrap.sh"];

    /// <summary>Where exporters start: the DCGM exporter holds GPUs, which keeps them from being cut, and weights may take long.</summary>
    private const string GpusAreCut = "\ncut_gpus\n";

    /// <summary>Where engines are started, which machines that train have none of.</summary>
    private const string Replicas = "\nstart_replicas\n";

    private static readonly Lazy<string> Script = new(Read);

    /// <summary>The script for a pool.</summary>
    /// <param name="region">The pool's region.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="bucket">Name of the region's bucket of weights.</param>
    /// <param name="engineImage">The engine's image, or the one that trains, pinned by digest.</param>
    /// <param name="logGroup">The log group that engines write to; empty where logs need no group.</param>
    /// <param name="queue">Where the pool's jobs come from; empty where it takes none.</param>
    /// <param name="files">The file systems that its machines mount, as <c>files.sh</c> reads them; empty where there are none.</param>
    /// <param name="store">Where the machine sends its figures to, if the cloud's own store takes them: an address, or a project of Google Cloud.</param>
    public static string Render(RegionFleet region, PoolPlan pool, string bucket, string engineImage, string logGroup, string queue, string files = "", string store = "")
    {
        var engine = pool.Pool.Engine;
        var script = new StringBuilder("#!/usr/bin/env bash\n");
        Set("CLOUD", region.Cloud.Name());
        Set("REGION", region.Region);
        Set("POOL", pool.Pool.Id);
        Set("BUCKET", bucket);
        Set("WEIGHTS", pool.Artefact.Path);
        if (pool.Artefact.Sha256 is { } sums)
        {
            Set("WEIGHTS_SHA256", sums);
        }

        Set("ENGINE_IMAGE", engineImage);
        Set("LOG_GROUP", logGroup);

        foreach (var (key, value) in EngineArguments.Settings(region, pool))
        {
            Set(key, value);
        }

        if (engine.Cut is { } cut)
        {
            Set("REPLICAS_PER_GPU", Number(cut.PerGpu));
            Set("MIG_PROFILE", cut.Profile ?? "");
        }

        Set("FIRST_PORT", Number(EnginePorts.First));
        Set("MOST_REPLICAS", Number(EnginePorts.Last - EnginePorts.First + 1));
        if (!pool.Files.IsEmpty)
        {
            Set("FILES", files);
        }

        if (pool.Pool.NodesPerReplica > 1 || region.MachineFiles.Any(file => file.Root != ReplicaSource.Root))
        {
            script.Append(MachineFile.Fetcher);
        }

        var body = region.Monitoring is null ? Script.Value : Script.Value.Replace(GpusAreCut, GpusAreCut + MonitoringSource.Start(region.Monitoring, pool.Pool, store, region.Settings.Stack), StringComparison.Ordinal);
        body = pool.FineTuning is null ? body : body.Replace(Replicas, "\n", StringComparison.Ordinal);
        body = pool.Standby is null ? body : StandbySource.Into(body);
        body = pool.Pool.NodesPerReplica == 1 ? body : ReplicaSource.Into(body, pool.Pool, ReplicaSource.Place(region, pool, engineImage));
        script.Append(FilesSource.Into(body, pool.Files));
        if (pool is { FineTuning: null, Pool.NodesPerReplica: 1 } && (region.Watchdog is not null || pool.Load is not null || pool.Replaces))
        {
            script.Append(MeterSource.Unit(isWatched: region.Watchdog is not null, isScaled: pool.Load is not null, isReplaced: pool.Replaces));
        }

        if (pool.Queue is { } jobs)
        {
            var address = queue is "" ? throw new ArgumentException($"{pool.Pool.Id} takes jobs from a queue.", nameof(queue)) : queue;
            script.Append(pool.FineTuning is null ? RunnerSource.Unit(pool.Pool, jobs, address) : RunnerSource.TrainingUnit(pool, address));
        }

        if (pool.Standby is not null)
        {
            script.Append(StandbySource.End);
        }

        var text = script.ToString();
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= MostBytes
            ? text
            : throw new InvalidOperationException(
                $"The bootstrap script of {pool.Pool.Id} is {bytes} bytes, above the {MostBytes} that AWS accepts.");

        void Set(string key, string value) => script.Append(key).Append('=').Append(Quote(value)).Append('\n');
    }

    /// <summary>The part of <c>bootstrap.sh</c> that fetches weights and checks them, which clusters run too.</summary>
    internal static string FetchesWeights => Part("# --- Weights", "# --- GPUs");

    /// <summary>The part that cuts GPUs, which nodes of clusters run too.</summary>
    internal static string CutsGpus => Part("# --- GPUs", "# --- Replicas");

    /// <summary>The part that starts replicas, whose words a test compares with those of clusters.</summary>
    internal static string WritesReplicas => Part("# --- Replicas", "\nmount_cache\n");

    private static string Part(string from, string to)
    {
        var text = EmbeddedText.Read("bootstrap.sh");
        var start = text.IndexOf('\n', text.IndexOf(from, StringComparison.Ordinal));
        return Bare(text[start..text.IndexOf(to, StringComparison.Ordinal)]).Trim('\n') + "\n";
    }

    /// <summary>A shell word that means exactly the value.</summary>
    internal static string Quote(string value) => value.Any(char.IsControl)
        ? throw new ArgumentException($"A setting of the bootstrap script holds a control character: '{value}'.", nameof(value))
        : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Without the lines that name the interpreter, which comes before the settings.</summary>
    private static string Read() => string.Concat(Assets.Select(EmbeddedText.Read).Select(text => Bare(text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..])));

    /// <summary>Without lines of remarks: they stay in the repository, and the room is for what runs.</summary>
    private static string Bare(string script) => string.Join('\n', script.Split('\n').Where(line => line.TrimStart() is not ['#', not '!', ..]));
}
