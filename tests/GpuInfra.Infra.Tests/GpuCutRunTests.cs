using GpuInfra.Planning.Catalogs;
using static GpuInfra.Infra.Tests.BootstrapRunTests;

namespace GpuInfra.Infra.Tests;

/// <summary>How the bootstrap script shares GPUs among replicas, run by a real bash on a pretended machine.</summary>
public class GpuCutRunTests
{
    [SkippableFact]
    public async Task GPUs_are_cut_and_every_instance_has_a_replica()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 8);
        Complete(machine);

        var script = await ScriptAsync(share: new GpuCut("2g.20gb", 3));
        var (exitCode, said) = machine.Run(script);

        Assert.True(exitCode == 0, said);
        Assert.Contains("started 24 replicas on 8 GPUs", said);
        Assert.Contains("mig --create-gpu-instance 2g.20gb,2g.20gb,2g.20gb --default-compute-instance", machine.Calls());
        Assert.Contains("--gpus '\"device=MIG-1-1\"'", machine.Unit("engine-0.service"));
        Assert.Contains("--gpus '\"device=MIG-8-24\"'", machine.Unit("engine-23.service"));
        Assert.Contains("--publish 8023:8000", machine.Unit("engine-23.service"));
        Assert.Contains("systemctl enable gpuinfra-boot.service", machine.Calls());

        // A further run finds them cut.
        machine.Run(script);
        Assert.Single(machine.Calls(), call => call.StartsWith("mig --create-gpu-instance", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_machine_that_cannot_reset_its_GPUs_reboots_once_and_goes_on()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 1, mig: "after a reboot");
        Complete(machine);
        var script = await ScriptAsync(share: new GpuCut("1g.10gb", 7));

        var (first, rebooting) = machine.Run(script);
        Assert.True(first == 0, rebooting);
        Assert.Contains("systemctl reboot", machine.Calls());
        Assert.DoesNotContain(Directory.EnumerateFiles(machine.Units), unit => unit.Contains("engine", StringComparison.Ordinal));

        var (second, said) = machine.Run(script);
        Assert.True(second == 0, said);
        Assert.Contains("started 7 replicas on 1 GPUs", said);
    }

    [SkippableFact]
    public async Task A_machine_whose_GPUs_cannot_be_cut_says_so_and_does_not_reboot_for_ever()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 1, mig: "never");
        Complete(machine);
        var script = await ScriptAsync(share: new GpuCut("1g.10gb", 7));

        machine.Run(script);
        var (exitCode, said) = machine.Run(script);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("refused: MIG is still off after a reboot", said);
        Assert.Single(machine.Calls(), call => call == "systemctl reboot");
    }

    [SkippableFact]
    public async Task Replicas_that_take_turns_have_the_same_GPU_and_ports_of_their_own()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 2);
        Complete(machine);

        var (exitCode, said) = machine.Run(await ScriptAsync(share: new GpuCut(null, 2)));

        Assert.True(exitCode == 0, said);
        Assert.Contains("started 4 replicas on 2 GPUs", said);
        Assert.Contains("--gpus '\"device=0\"'", machine.Unit("engine-1.service"));
        Assert.Contains("--gpus '\"device=1\"'", machine.Unit("engine-2.service"));
        Assert.Contains("--publish 8003:8000", machine.Unit("engine-3.service"));
    }
}
