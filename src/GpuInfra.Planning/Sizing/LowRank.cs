using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// Low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685): beside a linear layer of n inputs and m outputs stand matrices of
/// n × rank and rank × m.
/// </summary>
public static class LowRank
{
    /// <summary>
    /// Parameters of an adapter beside every linear layer of the blocks: the attention's projections and dense feed-forward parts.
    /// Routers and experts have none. Attention with compressed or linear projections counts as four square ones.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rank">The rank, at least 1.</param>
    public static double Parameters(Model model, int rank)
    {
        double hidden = model.HiddenSize;
        var attention = model.Attention.Sum(group => group.Layers * (group is HeadAttention heads
            ? (2 * (hidden + (heads.QueryHeads * heads.HeadSize))) + (2 * (hidden + (heads.KeyValueHeads * heads.HeadSize)))
            : 4 * 2 * hidden));
        var feedForward = model.FeedForward.Sum(group => group.Layers * (group.Gated ? 3 : 2) * (hidden + group.Size));
        return rank * (attention + feedForward);
    }
}
