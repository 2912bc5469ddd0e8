using System.Security.Cryptography;
using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Tests;

/// <summary>The bootstrap script, run by a real bash on a pretended machine.</summary>
public class BootstrapRunTests
{
    private const string Weights = "model.safetensors";

    private static readonly string Checksums = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("weights")))}  ./{Weights}\n";

    [SkippableFact]
    public async Task A_machine_of_eight_GPUs_starts_two_replicas_of_four()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        Complete(machine);

        var (exitCode, said) = machine.Run(await ScriptAsync(tensorParallel: 4));

        Assert.True(exitCode == 0, said);
        Assert.Contains("started 2 replicas on 8 GPUs", said);
        Assert.Contains("--gpus '\"device=0,1,2,3\"'", machine.Unit("engine-0.service"));
        Assert.Contains("--publish 8000:8000", machine.Unit("engine-0.service"));
        Assert.Contains("--gpus '\"device=4,5,6,7\"'", machine.Unit("engine-1.service"));
        Assert.Contains("--publish 8001:8000", machine.Unit("engine-1.service"));
        Assert.Contains("--tensor-parallel-size 4", machine.Unit("engine-1.service"));
        Assert.Contains("systemctl enable --now --no-block engine-1.service", machine.Calls());
        Assert.Contains(machine.Calls(), call => call.StartsWith("docker pull --quiet", StringComparison.Ordinal) && call.Contains("@sha256:", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Adapters_beside_the_weights_are_served_by_their_names()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        Complete(machine);
        machine.Upload("adapters/legal/adapter_model.safetensors", "adapter");

        var (exitCode, said) = machine.Run(await ScriptAsync(adapters: new LoraAdapters(4, 2, 16, "hf://acme/adapters")));

        Assert.True(exitCode == 0, said);
        Assert.Contains("--enable-lora --max-loras 2 --max-cpu-loras 4 --max-lora-rank 16", machine.Unit("engine-0.service"));
        Assert.Contains("--lora-modules legal=/model/adapters/legal", machine.Unit("engine-0.service"));
    }

    [SkippableTheory]
    [InlineData("tp4", true)]
    [InlineData("tp8", false)] // Cut for other machines.
    public async Task Weights_that_were_cut_for_as_many_GPUs_are_read_in_parts(string folder, bool read)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        Complete(machine);
        machine.Upload($"{folder}/model-rank-0-part-0.safetensors", "part");
        machine.Upload($"{folder}/SHA256SUMS", $"{Sum("part")}  ./model-rank-0-part-0.safetensors\n");

        var (exitCode, said) = machine.Run(await ScriptAsync(tensorParallel: 4));

        Assert.True(exitCode == 0, said);
        var unit = machine.Unit("engine-1.service");
        Assert.Equal(read, unit.Contains(" --load-format sharded_state --model /model/tp4 --served-model-name", StringComparison.Ordinal));
        Assert.Equal(!read, unit.Contains(" --model /model --served-model-name", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(null)] // Half an upload.
    [InlineData("other")] // Damaged.
    public async Task Parts_without_sums_that_hold_are_not_read_and_the_whole_weights_are(string? summed)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        Complete(machine);
        machine.Upload("tp4/model-rank-0-part-0.safetensors", "part");
        if (summed is not null)
        {
            machine.Upload("tp4/SHA256SUMS", $"{Sum(summed)}  ./model-rank-0-part-0.safetensors\n");
        }

        var (exitCode, said) = machine.Run(await ScriptAsync(tensorParallel: 4));

        Assert.True(exitCode == 0, said);
        Assert.Contains("has no sums that hold", said);
        Assert.Contains(" --model /model --served-model-name", machine.Unit("engine-1.service"));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)] // Summed beside, which the pin says nothing of.
    public async Task Where_the_plan_pins_the_sums_parts_count_only_among_them(bool pinned)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        var sums = Checksums + (pinned ? $"{Sum("part")}  ./tp4/model-rank-0-part-0.safetensors\n" : "");
        machine.Upload(Weights, "weights");
        machine.Upload("SHA256SUMS", sums);
        machine.Upload("tp4/model-rank-0-part-0.safetensors", "part");
        machine.Upload("tp4/SHA256SUMS", $"{Sum("part")}  ./model-rank-0-part-0.safetensors\n");

        var (exitCode, said) = machine.Run((await ScriptAsync(tensorParallel: 4)).Replace("\nENGINE_IMAGE=", $"\nWEIGHTS_SHA256='{Sum(sums)}'\nENGINE_IMAGE=", StringComparison.Ordinal));

        Assert.True(exitCode == 0, said);
        Assert.Equal(pinned, machine.Unit("engine-1.service").Contains(" --model /model/tp4 ", StringComparison.Ordinal));
    }

    private static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [SkippableFact]
    public async Task Weights_that_can_hold_code_are_refused_and_nothing_starts()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 1);
        Complete(machine);
        machine.Upload("pytorch_model.bin", "pickle");

        var (exitCode, said) = machine.Run(await ScriptAsync());

        Assert.NotEqual(0, exitCode);
        Assert.Contains("refused: the files above can hold code", said);
        Assert.Empty(Directory.EnumerateFiles(machine.Units));
    }

    [SkippableFact]
    public async Task A_machine_waits_until_the_checksums_are_there()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 1);
        machine.Upload(Weights, "weights");

        var (exitCode, said) = machine.Run(await ScriptAsync());

        Assert.NotEqual(0, exitCode);
        Assert.Contains("no complete weights", said);
        Assert.Equal(3, machine.Calls().Count(call => call == "sleep"));
        Assert.Empty(Directory.EnumerateFiles(machine.Units));
    }

    [SkippableFact]
    public async Task Damaged_weights_are_not_served()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 1);
        Complete(machine);
        machine.Upload(Weights, "damaged");

        var (exitCode, said) = machine.Run(await ScriptAsync());

        Assert.NotEqual(0, exitCode);
        Assert.Contains("FAILED", said);
        Assert.Empty(Directory.EnumerateFiles(machine.Units));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Weights_of_ones_own_are_served_only_with_the_checksum_that_the_plan_pins(bool pinned)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 1);
        Complete(machine); // Whole in themselves: the checksums agree with the files either way.
        var sums = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pinned ? Checksums : Checksums + "\n")));

        var (exitCode, said) = machine.Run(await ScriptAsync(weights: new WeightsSource("hf://acme/chat", "r7", sums)));

        Assert.True(pinned == (exitCode == 0), said);
        Assert.Equal(!pinned, said.Contains("is not the one that the plan pins", StringComparison.Ordinal));
        Assert.Equal(pinned, Directory.EnumerateFiles(machine.Units).Any());
    }

    [SkippableFact]
    public async Task A_second_boot_starts_the_same_replicas_again()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 2);
        Complete(machine);
        var script = await ScriptAsync();

        machine.Run(script);
        var first = machine.Unit("engine-1.service");
        var (exitCode, said) = machine.Run(script);

        Assert.True(exitCode == 0, said);
        Assert.Equal(first, machine.Unit("engine-1.service"));
    }

    [SkippableFact]
    public async Task Where_there_is_a_watchdog_the_meter_is_started_after_the_replicas()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        Complete(machine);

        machine.Provide("meter.sh", File.ReadAllText(Path.Combine(Repository.Root, "infra", "Assets", "meter.sh")));

        var (exitCode, said) = machine.Run(await ScriptAsync(watched: true));

        Assert.True(exitCode == 0, said);
        Assert.Contains("Environment=CLOUD=aws REGION=us-east-1 FIRST_PORT=8000", machine.Unit("gpuinfra-meter.service"));
        Assert.Equal("systemctl enable --now --no-block gpuinfra-meter.service", machine.Calls()[^1]);
    }

    [SkippableFact]
    public async Task A_file_of_other_contents_than_the_program_names_is_never_run()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        Complete(machine);
        machine.Provide("meter.sh", "another program");

        var (exitCode, said) = machine.Run(await ScriptAsync(watched: true));

        Assert.NotEqual(0, exitCode);
        Assert.Contains("failed, again in 10 s: fetch_files", said);
        Assert.DoesNotContain(machine.Calls(), call => call.Contains("gpuinfra-meter", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(ModelTask.Generation, "{\"usage\":{\"prompt_tokens\":2,\"total_tokens\":3,\"completion_tokens\":1}}", "/v1/completions")]
    [InlineData(ModelTask.Embedding, "{\"data\":[{\"embedding\":[-0.25,0.5]}]}", "/v1/embeddings")]
    public async Task Nobody_outside_reaches_a_replica_before_it_has_made_a_real_token(ModelTask task, string token, string path)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        Complete(machine);
        var (exitCode, said) = machine.Run(await ScriptAsync(task: task));
        Assert.True(exitCode == 0, said);

        Assert.Equal(0, machine.RunLine("engine-1.service", "ExecStartPre"));
        Assert.True(machine.IsShut);
        machine.Answer("{\"usage\":{\"completion_tokens\":0},\"data\":[]}"); // It answers, and makes nothing.
        Assert.NotEqual(0, machine.RunLine("engine-1.service", "ExecStartPost")); // It waits; here for the third time, which is long enough.
        Assert.True(machine.IsShut);

        machine.Answer(token);
        Assert.Equal(0, machine.RunLine("engine-1.service", "ExecStartPost"));
        Assert.False(machine.IsShut);
        Assert.Contains(machine.Calls(), call => call.StartsWith("curl", StringComparison.Ordinal) && call.EndsWith($"http://127.0.0.1:8001{path}", StringComparison.Ordinal));
        Assert.Contains(machine.Calls(), call => call.StartsWith("iptables -I DOCKER-USER -p tcp -m conntrack --ctorigdstport 8001 --ctdir ORIGINAL -j REJECT", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_machine_whose_driver_does_not_answer_starts_nothing_and_goes_on_asking()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 1);
        machine.Break("nvidia-smi");
        Complete(machine);

        var (exitCode, said) = machine.Run(await ScriptAsync());

        Assert.NotEqual(0, exitCode);
        Assert.Contains("failed, again in 10 s: nvidia-smi --list-gpus", said);
        Assert.Equal(3, machine.Calls().Count(call => call == "sleep"));
        Assert.DoesNotContain(machine.Calls(), call => call.StartsWith("docker", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(machine.Units));
    }

    [SkippableFact]
    public async Task A_warm_machine_starts_from_its_own_disk_and_copies_nothing_again()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 1);
        Complete(machine);
        var script = await ScriptAsync();
        Assert.Equal(0, machine.Run(script).ExitCode);
        Assert.Contains("aws s3 sync", machine.Calls());
        var before = machine.Calls().Count;

        machine.Empty(); // The bucket is gone: what is on the disk was verified.
        var (exitCode, said) = machine.Run(script);

        Assert.True(exitCode == 0, said);
        Assert.DoesNotContain(machine.Calls().Skip(before), call => call.StartsWith("aws", StringComparison.Ordinal) || call.StartsWith("docker pull", StringComparison.Ordinal));
        Assert.Contains("systemctl enable --now --no-block engine-0.service", machine.Calls().Skip(before));
    }

    /// <summary>Uploads weights with their checksums.</summary>
    internal static void Complete(Machine machine)
    {
        machine.Upload(Weights, "weights");
        machine.Upload("SHA256SUMS", Checksums);
    }

    /// <summary>The script of a pool's machines, as it is deployed.</summary>
    internal static async Task<string> ScriptAsync(int tensorParallel = 1, WeightsSource? weights = null, LoraAdapters? adapters = null, bool watched = false, GpuCut? share = null, ModelTask task = ModelTask.Generation)
    {
        var pool = A.Pool(autoShutdown: watched);
        var split = pool with
        {
            Gpu = share?.Profile is null ? pool.Gpu : "h100-80gb", // One that can be cut.
            GpusPerInstance = 8,
            Engine = pool.Engine with { TensorParallel = tensorParallel, Adapters = adapters, Cut = share, Task = task },
            ReplicasPerInstance = 8 / tensorParallel,
            Ladder = [new LadderRung(pool.InstanceType, 8 / tensorParallel)],
        };
        var fleet = A.FleetPlan(watched ? DeploymentEnvironment.Dev : DeploymentEnvironment.Prod, split);
        fleet = fleet with { Plan = fleet.Plan with { Shutdown = watched ? new Shutdown(TimeSpan.FromMinutes(30), Share.FromPercent(5), null) : null } };
        var servings = fleet.Servings.Select(serving => serving with { Serving = serving.Serving with { Weights = weights } });
        var deployed = await Deployed.Of(fleet with { Servings = [.. servings] }, A.Settings());
        return Encoding.UTF8.GetString(Convert.FromBase64String(deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!));
    }
}
