using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// How a replica's engine goes from step to step under requests of any lengths: a prompt is read in steps of its own beside the requests
/// that generate, each of which it gives a token; between prompts steps only generate. Lengths enter as each request's own for prompts,
/// and as the mix's mean for the context that generating reads.
/// </summary>
internal sealed class EngineSteps
{
    private readonly Cycle _cycle;
    private readonly double _read;
    private readonly double _perStep;
    private readonly double _chunk;

    /// <summary>The steps of a replica of a serving under a mix.</summary>
    public EngineSteps(Serving serving, ReplicaSetup setup, RequestMix mix, Calibration calibration)
    {
        mix = ReplicaSizer.Counted(serving, mix);
        _cycle = ReplicaSizer.CycleOf(serving, setup, mix, calibration);
        Stages = setup.Parallelism.Pipeline;
        (_read, _perStep, _chunk) = (1 - mix.CachedShare, 1 + mix.AcceptedTokens, ChunkOf(setup.Gpu));
    }

    /// <summary>Pipeline stages: while one reads a prompt, the others work on other requests.</summary>
    public int Stages { get; }

    /// <summary>Time to read a prompt beside requests that generate.</summary>
    public double PromptSeconds(double inputTokens, double generating) => PromptSeconds(PromptOf(inputTokens), generating);

    /// <summary>The same of a prompt that is asked about more than once.</summary>
    public double PromptSeconds(in LengthCost prompt, double generating) => _cycle.PromptSeconds(prompt, generating, _chunk);

    /// <summary>What of a prompt's time is the same whatever generates beside it.</summary>
    public LengthCost PromptOf(double inputTokens) => _cycle.PromptOf(Read(inputTokens));

    /// <summary>Steps that a prompt is read in, not rounded.</summary>
    public double PromptSteps(double inputTokens) => Read(inputTokens) / _chunk;

    /// <summary>Time of a step that reads no prompt.</summary>
    public double StepSeconds(double generating) => _cycle.GenerationSeconds(generating) * _perStep;

    /// <summary>Steps from a request's first token to its last, not rounded; none where the first is the last.</summary>
    public double StepsAfterFirst(double outputTokens) => Math.Max(0, outputTokens - 1) / _perStep;

    /// <summary>
    /// Prompt tokens that vLLM's server reads in a step unless told otherwise, and nothing tells it: 8,192 on GPUs of 70 GiB and more
    /// that are no A100, 2,048 on the others (vllm/engine/arg_utils.py, _get_batch_defaults, read 2026-11-28). Short steps let requests
    /// generate while a long prompt is read.
    /// </summary>
    private static int ChunkOf(Gpu gpu) =>
        gpu.Memory >= ByteSize.FromGib(70) && !gpu.Id.StartsWith("a100", StringComparison.Ordinal) ? ReplicaMemory.BatchedTokens : 2048;

    private double Read(double inputTokens) => Math.Max(1, inputTokens * _read);
}
