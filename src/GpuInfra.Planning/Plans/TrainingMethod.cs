namespace GpuInfra.Planning.Plans;

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
