using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Training;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Sizing.Training;

public class TrainingMemoryTests
{
    /// <summary>ZeRO, section 3.1: weights, gradients and Adam's states take 2 + 2 + 12 bytes per parameter, so 7B take 112 GB.</summary>
    [Fact]
    public void Full_training_takes_sixteen_bytes_per_parameter_before_activations()
    {
        var model = A.Model("llama-3.1-8b") with { Parameters = 7_000_000_000 };
        var memory = Memory(A.TrainingJob(model) with { Sharding = Sharding.None }, 1);
        Assert.Equal(112, (memory.Weights + memory.Gradients + memory.OptimizerStates).TotalGb, 3);
    }

    /// <summary>ZeRO, figure 1: 7.5B parameters on 64 GPUs take 120, 31.4, 16.6 and 1.9 GB.</summary>
    [Theory]
    [InlineData(Sharding.None, 120)]
    [InlineData(Sharding.OptimizerStates, 31.4)]
    [InlineData(Sharding.Gradients, 16.6)]
    [InlineData(Sharding.Weights, 1.9)]
    public void Each_stage_cuts_what_its_authors_say(Sharding sharding, double gb)
    {
        var model = A.Model("llama-3.1-8b") with { Parameters = 7_500_000_000 };
        var memory = Memory(A.TrainingJob(model) with { Sharding = sharding }, 64);
        Assert.Equal(gb, (memory.Weights + memory.Gradients + memory.OptimizerStates).TotalGb, 1);
    }

    /// <summary>QLoRA's abstract: a model of 65B parameters is tuned on one GPU of 48 GB, which full 16-bit tuning (over 780 GB) is not.</summary>
    [Theory]
    [InlineData(TrainingMethod.Qlora, true)]
    [InlineData(TrainingMethod.Lora, false)]
    [InlineData(TrainingMethod.Full, false)]
    public void Four_bits_let_65B_parameters_be_tuned_on_48_GB(TrainingMethod method, bool fits)
    {
        var model = A.Model("llama-3.3-70b") with { Parameters = 65_000_000_000, Vocabulary = 32_000 };
        var job = A.TrainingJob(model, method) with { SequenceTokens = 512 };
        Assert.Equal(fits, Memory(job, 1, "l40s").Fits);
    }

    [Fact]
    public void Low_rank_matrices_are_all_that_has_gradients()
    {
        var job = A.TrainingJob(A.Model("llama-3.1-8b"), TrainingMethod.Lora);
        Assert.Equal(ByteSize.FromBytes(41_943_040 * 2), Memory(job, 1).Gradients);
    }

    [Fact]
    public void Checkpointing_keeps_less() => Assert.True(
        Memory(A.TrainingJob(), 8).Activations < Memory(A.TrainingJob() with { Checkpointing = false }, 8).Activations / 5);

    [Fact]
    public void More_GPUs_never_need_more_each() => Assert.All(
        Enum.GetValues<Sharding>().SelectMany(sharding => Enumerable.Range(1, 6).Select(power => (sharding, gpus: 1 << power))),
        at => Assert.True(
            Memory(A.TrainingJob() with { Sharding = at.sharding }, at.gpus * 2).Required <= Memory(A.TrainingJob() with { Sharding = at.sharding }, at.gpus).Required));

    private static TrainingMemory Memory(TrainingJob job, int gpus, string gpu = "h100-80gb") => TrainingMemory.Of(job, A.Gpu(gpu), gpus);
}
