using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Sizing.Training;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>size --train</c> found out.</summary>
/// <param name="Job">The job.</param>
/// <param name="Gpu">The GPU.</param>
/// <param name="Plan">The job on its GPUs; null where they cannot do it.</param>
/// <param name="Unfit">Why they cannot; null where they can.</param>
internal sealed record TrainAnswer(TrainingJob Job, Gpu Gpu, TrainingPlan? Plan, Unfit? Unfit);
