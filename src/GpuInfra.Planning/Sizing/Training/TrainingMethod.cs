namespace GpuInfra.Planning.Sizing.Training;

/// <summary>Which weights are trained, and in which format the others are held.</summary>
public enum TrainingMethod
{
    /// <summary>All weights, in mixed precision.</summary>
    Full,

    /// <summary>Low-rank matrices beside the linear layers (Hu et al. 2021, arXiv 2106.09685); the model's own weights stay as they are, in 16 bits.</summary>
    Lora,

    /// <summary>The same with the model's own weights in 4 bits (Dettmers et al. 2023, arXiv 2305.14314).</summary>
    Qlora,
}

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
