namespace GpuInfra.Planning.Sizing;

/// <summary>What is done around each step: the host schedules, launches and hands out results, and a stage hands on to the next; this does not overlap with the GPUs' work.</summary>
internal readonly struct HostTime
{
    private readonly double _perSequence;
    private readonly double _perPromptStep;
    private readonly double _perStage;
    private readonly double _perToken;

    public HostTime(ReplicaSetup setup, LoadKind load, Calibration calibration)
    {
        var speed = setup.Engine == Engine.TensorRtLlmCompiled ? calibration[Coefficient.CompiledHostShare] : 1;
        var stages = setup.Parallelism.Pipeline;
        _perSequence = speed * calibration[load == LoadKind.Concurrency ? Coefficient.ServingSecondsPerSequence : Coefficient.HostSecondsPerSequence];
        _perPromptStep = speed * setup.Model.Layers * calibration[Coefficient.EagerSecondsPerLayer] / stages;
        _perStage = stages > 1 ? calibration[Coefficient.StageSeconds] + (setup.Span?.HopSeconds ?? 0) : 0;
        _perToken = setup.Span?.HopSecondsPerToken(setup.Model, calibration) ?? 0;
    }

    /// <summary>Host time of one stage's step, with handing it on to the next.</summary>
    /// <param name="promptTokens">Prompt tokens read in it.</param>
    /// <param name="tokens">All tokens of it.</param>
    /// <param name="sequences">Sequences that get a token.</param>
    public Cost Of(double promptTokens, double tokens, double sequences) =>
        new(0, 0, _perStage + (_perToken * tokens), (_perSequence * sequences) + (promptTokens > 0 ? _perPromptStep : 0));
}
