using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Training;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Sizing.Training;

public class TrainingPlanTests
{
    /// <summary>
    /// GPU hours of the model cards: Llama 2 70B (2T tokens on A100), Llama 3.1 405B (15.6T on H100; its authors report 38 to 43 % while it
    /// ran, restarts not counted). What they imply lies where large runs lie.
    /// </summary>
    [Theory]
    [InlineData("llama-3.3-70b", 68.98e9, 2e12, "a100-80gb", 1_720_320, 4096)]
    [InlineData("llama-3.3-70b", 405.85e9, 15.6e12, "h100-80gb", 30_840_000, 8192)]
    public void Published_GPU_hours_imply_a_plausible_utilization(
        string shape, double parameters, double tokens, string gpu, double gpuHours, int sequence)
    {
        var job = A.TrainingJob(A.Model(shape) with { Parameters = (long)parameters }) with { Tokens = tokens, SequenceTokens = sequence, Checkpointing = false };
        var implied = tokens * TrainingPlan.OperationsPerToken(job) / (gpuHours * 3600 * A.Gpu(gpu).Fp16.OperationsPerSecond);
        Assert.InRange(implied, 0.3, 0.5);
    }

    [Theory]
    [InlineData(TrainingMethod.Full, false, 6)]
    [InlineData(TrainingMethod.Full, true, 8)]
    [InlineData(TrainingMethod.Lora, false, 4)]
    [InlineData(TrainingMethod.Qlora, true, 6)]
    public void A_parameter_takes_two_operations_per_pass(TrainingMethod method, bool checkpointing, double perParameter)
    {
        var model = A.Model("llama-3.1-8b");
        var job = A.TrainingJob(model, method) with { Checkpointing = checkpointing, SequenceTokens = 16 };
        Assert.Equal(perParameter, TrainingPlan.OperationsPerToken(job) / model.ActiveParameters, 1);
    }

    [Fact]
    public void Hours_are_operations_over_the_rate_reached()
    {
        var (plan, _) = TrainingPlan.On(A.TrainingJob(), A.Gpu("h100-80gb"), 8, Share.FromPercent(50));
        Assert.Equal(plan!.Operations / (8 * 0.5 * 989e12) / 3600, plan.Hours, 6);
        Assert.Equal(plan.Hours * 8, plan.GpuHours);
    }

    [Fact]
    public void A_deadline_takes_the_fewest_GPUs_that_keep_it()
    {
        var deadline = TimeSpan.FromHours(24);
        var plan = TrainingPlan.Fewest(A.TrainingJob(), A.Gpu("h100-80gb"), deadline, TrainingPlan.UsualUtilization).Plan!;
        Assert.True(plan.Hours <= deadline.TotalHours);
        Assert.True(TrainingPlan.On(plan.Job, plan.Gpu, plan.Gpus - 1, plan.Utilization).Plan is not { } fewer || fewer.Hours > deadline.TotalHours);
    }

    [Fact]
    public void Without_a_deadline_memory_decides()
    {
        var plan = TrainingPlan.Fewest(A.TrainingJob(), A.Gpu("h100-80gb"), null, TrainingPlan.UsualUtilization).Plan!;
        Assert.True(plan.Gpus > 1);
        Assert.Equal("memory", TrainingPlan.On(plan.Job, plan.Gpu, plan.Gpus - 1, plan.Utilization).Unfit!.Constraint);
    }

    [Theory]
    [InlineData("t4", 4096, 1, "memory")]
    [InlineData("h100-80gb", 1, 1, "deadline")]
    public void What_no_number_of_GPUs_does_is_told(string gpu, int sequences, int milliseconds, string constraint)
    {
        var job = A.TrainingJob() with { SequencesPerGpu = sequences };
        var (plan, unfit) = TrainingPlan.Fewest(job, A.Gpu(gpu), TimeSpan.FromMilliseconds(milliseconds), TrainingPlan.UsualUtilization);
        Assert.Null(plan);
        Assert.Equal(constraint, unfit!.Constraint);
    }
}
