using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GpuInfra.Planning.Catalogs;
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
    public const string Root = "runner";

    /// <summary>What the path of every job's files begins with.</summary>
    public const string Jobs = "jobs";

    /// <summary>Seconds after which a job that nobody holds any more is given to another machine; the runner holds it on in thirds of that.</summary>
    public const int LeaseSeconds = 600;

    private static readonly string[] Modules = ["jobs.py", "main.py"];

    /// <summary>The files, each with its path in the bucket.</summary>
    public static IEnumerable<(string File, string Key, string Content)> Files =>
        Modules.Select(module => (module, $"{Root}/{Sum(EmbeddedText.Read($"runner/{module}"))[..16]}/{module}", EmbeddedText.Read($"runner/{module}")));

    /// <summary>The part of a machine's script that starts the runner, once the replicas are written.</summary>
    /// <param name="pool">A pool whose machines take jobs.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="address">Where it is.</param>
    public static string Unit(Pool pool, JobQueue queue, string address)
    {
        var copy = pool.Cloud == CloudProvider.Aws ? "aws s3 cp --region \"${REGION}\" --only-show-errors \"s3:" : "gcloud --quiet storage cp \"gs:";
        var fetches = string.Concat(Files.Select(file =>
            $"  {copy}//${{BUCKET}}/{file.Key}\" ${{RUNNER}}/{file.File} &&\n"
            + $"    sha256sum --check --quiet - <<< '{Sum(file.Content)}  '${{RUNNER}}/{file.File} &&\n"));
        return $$"""

            RUNNER=/usr/local/lib/gpuinfra-runner
            mkdir -p "${RUNNER}"
            fetch_runner() {
            {{fetches.TrimEnd()}}
                true
            }
            retry 10 fetch_runner
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

    private static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
