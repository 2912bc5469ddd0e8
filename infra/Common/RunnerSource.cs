using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>
/// What runs jobs on a machine: two files, which the machine fetches from the region's bucket by their sums, and a unit. A job's own files are in the same bucket below
/// <see cref="Folders"/>, the one place of it that machines may write to.
/// </summary>
internal static class RunnerSource
{
    /// <summary>What the path of the runner's files begins with.</summary>
    private const string Root = "runner";

    /// <summary>What the paths of jobs' files begin with: input and answers, and for jobs that train checkpoints and results, which are kept for another time.</summary>
    public static ImmutableArray<string> Folders(bool trains) => trains ? [DataFolders.Checkpoints, DataFolders.Jobs, DataFolders.Trained] : [DataFolders.Jobs];

    /// <summary>Seconds after which a job that nobody holds any more is given to another machine; the runner holds it on in thirds of that.</summary>
    public const int LeaseSeconds = 600;

    private static readonly Lazy<ImmutableArray<MachineFile>> All = new(() =>
        [new(Root, "jobs.py", EmbeddedText.Read("runner/jobs.py")), new(Root, "main.py", EmbeddedText.Read("runner/main.py"))]);

    private static readonly Lazy<ImmutableArray<MachineFile>> WithTraining = new(() => [.. All.Value, new(Root, "train.py", EmbeddedText.Read("runner/train.py"))]);

    /// <summary>The runner's files; those of machines that train where there are any.</summary>
    public static ImmutableArray<MachineFile> Files(bool trains) => trains ? WithTraining.Value : All.Value;

    /// <summary>The part of a machine's script that starts the runner, once the replicas are written; it needs <see cref="MachineFile.Fetcher"/>.</summary>
    /// <param name="pool">A pool whose machines take jobs.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="address">Where it is.</param>
    public static string Unit(Pool pool, JobQueue queue, string address)
    {
        return $$"""

            RUNNER=/usr/local/lib/gpuinfra-runner
            retry 10 fetch_files "${RUNNER}" {{string.Join(' ', All.Value.Select(file => file.Key))}}
            engines=(/etc/systemd/system/engine-*.service)
            cat > /etc/systemd/system/gpuinfra-runner.service << UNIT
            [Unit]
            Description=Works through jobs from the queue
            ConditionPathExists=!/run/gpuinfra-leaving

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

    /// <summary>The part of a machine's script that starts what trains: the container gets all GPUs, and neither network nor credentials.</summary>
    /// <param name="plan">A pool whose machines train.</param>
    /// <param name="address">Where its queue is.</param>
    public static string TrainingUnit(PoolPlan plan, string address)
    {
        var shared = plan.Files.Any(file => file.Use == FilesUse.Training) ? $" SHARED={FilesSource.FolderOf(FilesUse.Training)}" : "";
        var stop = StopSeconds(plan.Pool);
        return $$"""

            RUNNER=/usr/local/lib/gpuinfra-runner
            retry 10 fetch_files "${RUNNER}" {{string.Join(' ', WithTraining.Value.Select(file => file.Key))}}
            cat > /etc/systemd/system/gpuinfra-runner.service << UNIT
            [Unit]
            Description=Trains jobs from the queue
            ConditionPathExists=!/run/gpuinfra-leaving
            After=docker.service network-online.target
            Requires=docker.service

            [Service]
            Environment=CLOUD=${CLOUD} REGION=${REGION} BUCKET=${BUCKET} QUEUE={{address}} SERVING={{plan.Pool.Serving}} IMAGE=${ENGINE_IMAGE} MODEL_DIR=${MODEL_DIR} WORK=${CACHE}/work
            Environment=CHECKPOINT_SECONDS={{Seconds(plan.Queue!.Checkpoint)}} LEASE_SECONDS={{Seconds(TimeSpan.FromSeconds(LeaseSeconds))}} STOP_SECONDS={{Seconds(TimeSpan.FromSeconds(stop))}}{{shared}}
            Environment="COMMAND={{string.Join(' ', plan.FineTuning!.Command)}}" "LOG_FLAGS=$(log_flags training)"
            ExecStart=/usr/bin/python3 ${RUNNER}/train.py
            Restart=always
            RestartSec=15
            TimeoutStopSec={{Seconds(TimeSpan.FromSeconds(stop + 45))}}

            [Install]
            WantedBy=multi-user.target
            UNIT
            systemctl daemon-reload
            systemctl enable --now --no-block gpuinfra-runner.service

            """;
    }

    /// <summary>Seconds in which a training that must go may stop. Of the notice that a spot machine gets, half is for that and the rest for sending what was kept.</summary>
    public static int StopSeconds(Pool pool) => pool is { Tier: Tier.Spot, Cloud: CloudProvider.Gcp } ? 12 : 60;

    private static string Seconds(TimeSpan time) => ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
