using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>
/// What runs jobs on a machine: two files, which the machine fetches from the region's bucket by their sums, and a unit. A job's own files are in the same bucket below
/// <see cref="Jobs"/>, the one place of it that machines may write to.
/// </summary>
internal static class RunnerSource
{
    /// <summary>What the path of the runner's files begins with.</summary>
    private const string Root = "runner";

    /// <summary>What the path of every job's files begins with.</summary>
    public const string Jobs = "jobs";

    /// <summary>Seconds after which a job that nobody holds any more is given to another machine; the runner holds it on in thirds of that.</summary>
    public const int LeaseSeconds = 600;

    private static readonly Lazy<ImmutableArray<MachineFile>> All = new(() =>
        [new(Root, "jobs.py", EmbeddedText.Read("runner/jobs.py")), new(Root, "main.py", EmbeddedText.Read("runner/main.py"))]);

    /// <summary>The runner's files.</summary>
    public static ImmutableArray<MachineFile> Files => All.Value;

    /// <summary>The part of a machine's script that starts the runner, once the replicas are written; it needs <see cref="MachineFile.Fetcher"/>.</summary>
    /// <param name="pool">A pool whose machines take jobs.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="address">Where it is.</param>
    public static string Unit(Pool pool, JobQueue queue, string address)
    {
        return $$"""

            RUNNER=/usr/local/lib/gpuinfra-runner
            retry 10 fetch_files "${RUNNER}" {{string.Join(' ', Files.Select(file => file.Key))}}
            engines=(/etc/systemd/system/engine-*.service)
            cat > /etc/systemd/system/gpuinfra-runner.service << UNIT
            [Unit]
            Description=Works through jobs from the queue

            [Service]
            Environment=CLOUD=${CLOUD} REGION=${REGION} BUCKET=${BUCKET} QUEUE={{address}} SERVING={{pool.Serving}} MODEL=${MODEL%% *} FIRST_PORT=${FIRST_PORT}
            Environment=REPLICAS=${#engines[@]} PLACES=${MAX_NUM_SEQS} CHECKPOINT_SECONDS={{Seconds(queue.Checkpoint)}} LEASE_SECONDS={{Seconds(TimeSpan.FromSeconds(LeaseSeconds))}}
            ExecStart=/usr/bin/python3 ${RUNNER}/main.py
            Restart=always
            RestartSec=15
            TimeoutStopSec=25

            [Install]
            WantedBy=multi-user.target
            UNIT
            systemctl daemon-reload
            systemctl enable --now --no-block gpuinfra-runner.service

            """;
    }

    private static string Seconds(TimeSpan time) => ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
