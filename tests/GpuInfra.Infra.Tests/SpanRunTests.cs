using System.Text.RegularExpressions;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Infra.Tests;

/// <summary>The start script of machines of which several make a replica, run by a real bash on a pretended machine.</summary>
public partial class SpanRunTests
{
    private const string Unit = "engine-0.service";

    [SkippableFact]
    public async Task A_machine_is_prepared_for_any_rank_and_starts_nothing_but_what_finds_the_others()
    {
        using var machine = await ReadyAsync(8);

        var unit = Joined(machine);
        Assert.Contains("--gpus all --network host --shm-size=16g --user 10001:10001", unit);
        Assert.Contains("--cap-drop=ALL --security-opt=no-new-privileges", unit);
        Assert.Contains("--tensor-parallel-size 8 --pipeline-parallel-size 2", unit);
        Assert.Contains("--distributed-executor-backend mp --nnodes 2 --node-rank ${RANK} --master-addr ${HEAD} --master-port ${MEET} $HEADLESS", unit);
        Assert.Contains("--device=/dev/infiniband --ulimit memlock=-1 --env FI_PROVIDER=efa", unit);
        Assert.Contains("--env NCCL_SOCKET_IFNAME==ens5 --env GLOO_SOCKET_IFNAME=ens5", unit);
        Assert.Contains(" --model /model --served-model-name", unit);
        Assert.DoesNotContain("--publish", unit);
        Assert.Contains("OUTPUT -p tcp -m owner --uid-owner 10001 -d 169.254.169.254 -j DROP", unit);
        Assert.DoesNotContain(machine.Calls(), call => call.StartsWith("systemctl", StringComparison.Ordinal) && call.Contains(Unit, StringComparison.Ordinal));
        Assert.Contains("systemctl enable --now --no-block gpuinfra-replica.service", machine.Calls());
        var members = machine.Unit("gpuinfra-replica.service");
        Assert.Matches(Environment(), members);
        Assert.Contains("gpuinfra-replica/main.py", members);
    }

    [SkippableTheory]
    [InlineData("127.0.0.1")] // The head.
    [InlineData("10.0.0.9")] // A worker.
    public async Task A_machine_is_ready_once_its_replicas_head_has_made_a_token(string ask)
    {
        using var machine = await ReadyAsync(8);

        Assert.Equal(0, machine.RunLine(Unit, "ExecStartPre", ("ASK", ask)));
        Assert.True(machine.IsShut);
        Assert.Contains(machine.Calls(), call => call == "iptables -I INPUT ! -i lo -p tcp --dport 8000 -j REJECT --reject-with tcp-reset");
        machine.Answer("{\"usage\":{\"completion_tokens\":0}}");
        Assert.NotEqual(0, machine.RunLine(Unit, "ExecStartPost", ("ASK", ask)));
        Assert.True(machine.IsShut);

        machine.Answer("{\"usage\":{\"completion_tokens\":1}}");
        Assert.Equal(0, machine.RunLine(Unit, "ExecStartPost", ("ASK", ask)));
        Assert.False(machine.IsShut);
        Assert.Contains(machine.Calls(), call => call.StartsWith("curl", StringComparison.Ordinal) && call.EndsWith($"http://{ask}:8000/v1/completions", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_machine_with_other_GPUs_than_planned_joins_nobody()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = Provided(7);
        var (exitCode, said) = machine.Run(await SpanTests.Script(A.Spanning()));

        Assert.NotEqual(0, exitCode);
        Assert.Contains("8 GPUs are planned for each machine of a replica, and this one has 7", said);
        Assert.Empty(Directory.EnumerateFiles(machine.Units));
    }

    [SkippableFact]
    public async Task On_Google_Cloud_data_takes_the_networks_beside_the_first()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = Provided(8);
        machine.Command("gcloud", """
            note gcloud "$@"
            case "$*" in
              *' ls '*) printf '%s\n' gs://b/m/model.safetensors gs://b/m/SHA256SUMS ;;
              *rsync*) for word; do destination=$word; done; cp -r "$root"/bucket/* "$destination" ;;
              *' cp '*) for word; do destination=$word; case $word in gs://*) file=$root/files/${word##*/} ;; esac; done; cp "$file" "$destination" ;;
            esac
            """);
        var template = (await Deployed.Of(A.Spanning(CloudProvider.Gcp))).One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate");

        var (exitCode, said) = machine.Run(template["metadataStartupScript"]!);

        Assert.True(exitCode == 0, said);
        var unit = Joined(machine);
        Assert.Contains("--env NCCL_SOCKET_IFNAME==ens6,ens7 --env GLOO_SOCKET_IFNAME=ens5", unit);
        Assert.DoesNotContain("infiniband", unit);
    }

    private static async Task<Machine> ReadyAsync(int gpus)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        var machine = Provided(gpus);
        var (exitCode, said) = machine.Run(await SpanTests.Script(A.Spanning()));
        Assert.True(exitCode == 0, said);
        return machine;
    }

    /// <summary>A machine with weights and the program's files, whose paths are its own.</summary>
    private static Machine Provided(int gpus)
    {
        var machine = new Machine(gpus);
        BootstrapRunTests.Complete(machine);
        foreach (var name in new[] { "span.sh", "rendezvous.py", "stores.py", "main.py" })
        {
            machine.Provide(name, File.ReadAllText(Path.Combine(Repository.Root, "infra", "Assets", "replica", name)));
        }

        return machine;
    }

    private static string Joined(Machine machine) => machine.Unit(Unit).Replace(" \\\n ", "", StringComparison.Ordinal);

    [GeneratedRegex("Environment=CLOUD=aws REGION=us-east-1 BUCKET=\\S+ PREFIX=rendezvous/chat-aws-us-east-1-ondemand-h100-80gb/[0-9a-f]{12} NODES=2 PLACE=/run/gpuinfra-replica/place LAST=\\S+/last")]
    private static partial Regex Environment();
}
