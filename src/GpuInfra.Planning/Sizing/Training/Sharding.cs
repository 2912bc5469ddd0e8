namespace GpuInfra.Planning.Sizing.Training;

/// <summary>What is cut up among the GPUs rather than copied (ZeRO stages, Rajbhandari et al. 2019, arXiv 1910.02054; FSDP's full shard is stage 3).</summary>
public enum Sharding
{
    /// <summary>Nothing: every GPU holds everything.</summary>
    None,

    /// <summary>Optimizer states (ZeRO-1).</summary>
    OptimizerStates,

    /// <summary>Optimizer states and gradients (ZeRO-2).</summary>
    Gradients,

    /// <summary>Optimizer states, gradients and weights (ZeRO-3, FSDP).</summary>
    Weights,
}
