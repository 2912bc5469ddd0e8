using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// Kernels of one step, counted from what a layer must do one after the other. Attention: norm, query-key-value product, positions and
/// cache write, attention, output product, residual. A dense feed-forward: norm, two products, activation. Experts: norm, router, choice,
/// sorting, two products, gathering. Eight- and four-bit products quantise their input first.
/// </summary>
internal static class KernelCount
{
    private const int Attention = 6;
    private const int FeedForward = 4;
    private const int Experts = 7;
    private const int SharedExperts = 3;

    /// <summary>Compressing and unfolding queries, keys and values.</summary>
    private const int Latent = 7;

    /// <summary>Convolution, gates, decay, chunked recurrence and its norm.</summary>
    private const int Linear = 8;

    /// <summary>Kernels of all layers.</summary>
    public static int Of(Model model, in WeightNumbers numbers)
    {
        var attention = numbers.IsAttentionQuantised ? 2 : 0;
        var feedForward = numbers.IsFeedForwardQuantised ? 2 : 0;
        var experts = numbers.IsQuantised ? 1 : 0;
        var count = 0;
        foreach (var group in model.Attention)
        {
            var extra = group switch { LatentAttention => Latent, LinearAttention => Linear, _ => 0 };
            count += group.Layers * (Attention + attention + extra);
        }

        foreach (var group in model.FeedForward)
        {
            count += group.Layers * (FeedForward + feedForward);
        }

        if (model.MixtureOfExperts is { } sparse)
        {
            count += sparse.Layers * (Experts + experts + (sparse.SharedSize > 0 ? SharedExperts + feedForward : 0));
        }

        return count;
    }
}
