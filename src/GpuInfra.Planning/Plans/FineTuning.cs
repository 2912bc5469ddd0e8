using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>How jobs of a serving that trains are trained. A job runs on all GPUs of one machine, each with other sequences.</summary>
/// <param name="Method">Which weights are trained.</param>
/// <param name="Rank">Rank of the low-rank matrices, 1 to 512; without meaning where all weights are trained.</param>
/// <param name="Command">What the training image is started with, word for word; empty for what the image starts by itself.</param>
public sealed record FineTuning(TrainingMethod Method, int Rank, ImmutableArray<string> Command);
