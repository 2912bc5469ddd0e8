namespace GpuInfra.Planning.Sizing;

/// <summary>What the host does around each step: it schedules, launches and hands out results; this does not overlap with the GPUs' work.</summary>
internal readonly struct HostTime
{
    private readonly double _perSequence;
    private readonly double _perPromptStep;
    private readonly double _perStage;

    public HostTime(ReplicaSetup setup, LoadKind load, Calibration calibration)
    {
        var speed = setup.Engine == Engine.TensorRtLlmCompiled ? calibration[Coefficient.CompiledHostShare] : 1;
        var stages = setup.Parallelism.Pipeline;
        _perSequence = speed * calibration[load == LoadKind.Concurrency ? Coefficient.ServingSecondsPerSequence : Coefficient.HostSecondsPerSequence];
        _perPromptStep = speed * setup.Model.Layers * calibration[Coefficient.EagerSecondsPerLayer] / stages;
        _perStage = stages > 1 ? calibration[Coefficient.StageSeconds] : 0;
    }

    /// <summary>Host time of one stage's step.</summary>
    public Cost Of(bool readsPrompt, double sequences) =>
        new(0, 0, _perStage, (_perSequence * sequences) + (readsPrompt ? _perPromptStep : 0));
}
