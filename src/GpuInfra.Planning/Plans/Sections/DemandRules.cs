using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What can be said of a demand only once its serving is known: checks, and the default that depends on the kind.</summary>
internal static class DemandRules
{
    /// <summary>Beyond what all GPUs in the world together serve today: a figure above it has a zero too many.</summary>
    private const double MostTokensPerSecond = 1e9;

    /// <summary>The demand as planned for; null when it could not be read.</summary>
    /// <param name="demand">The demand as read.</param>
    /// <param name="serving">The serving that answers it; null when it is not known.</param>
    /// <param name="growth">How it grows.</param>
    /// <param name="months">Months in the horizon.</param>
    public static DemandSource? Complete(DemandDraft demand, ServingDraft? serving, Growth growth, int months)
    {
        if (demand.Source is not { } source)
        {
            return null;
        }

        CheckRate(demand, growth, months);
        if (serving is { Serving.Model: not null } && serving.Fields.IsSound(ServingSection.Kind))
        {
            CheckLengths(demand, serving);
            return WithPeak(source, demand.Fields, serving.Serving.Kind);
        }

        return source;
    }

    private static void CheckLengths(DemandDraft demand, ServingDraft draft)
    {
        var (serving, fields) = (draft.Serving, demand.Fields);
        if (serving.Model.Task == ModelTask.Embedding && demand.OutputTokens > 0)
        {
            fields.Refuse(
                fields.Has(DemandSection.Profile) ? DemandSection.Profile : OutputKey(fields),
                $"{serving.Model.Id} makes embeddings and has no output tokens");
        }

        if (serving.Kind == ServingKind.FineTuning && demand.OutputTokens > 0)
        {
            fields.Refuse(
                fields.Has(DemandSection.Profile) ? DemandSection.Profile : OutputKey(fields),
                "what trains reads tokens and makes none: its demand is inputTokensPerDay, epochs counted, and requestsPerDay, its sequences");
        }

        if (serving.Model.Task == ModelTask.Generation && serving.Kind != ServingKind.FineTuning && demand.OutputTokens == 0)
        {
            fields.At.Refuse($"{OutputKey(fields).Name} is missing or 0, and {serving.Model.Id} generates tokens");
        }

        var tokens = demand.InputTokens + demand.OutputTokens;
        if (tokens > serving.MaxContextTokens && draft.Fields.IsSound(ServingSection.MaxContextTokens))
        {
            fields.At.Refuse(FormattableString.Invariant(
                $"the mean request has {tokens:0} tokens, above the serving's maxContextTokens of {serving.MaxContextTokens}"));
        }

        if (serving.Kind == ServingKind.Online && fields.Has(DemandSection.Window))
        {
            fields.Refuse(DemandSection.Window, "online servings answer at any hour: leave it out and let peakToMean tell the peak");
        }

        if (serving.Kind is not (ServingKind.Batch or ServingKind.Embedding or ServingKind.FineTuning) && fields.Has(DemandSection.Deadline))
        {
            fields.Refuse(DemandSection.Deadline, "is for work that may wait, of kind batch, embedding or fineTuning");
        }
    }

    private static Key OutputKey(Fields fields) =>
        fields.Has(DemandSection.Users) ? DemandSection.OutputTokensPerRequest : DemandSection.OutputTokensPerDay;

    private static DemandSource WithPeak(DemandSource source, Fields fields, ServingKind kind)
    {
        if (source is DemandSource.Profiled || fields.Has(DemandSection.PeakToMean))
        {
            return source;
        }

        if (kind is ServingKind.Batch or ServingKind.Embedding or ServingKind.FineTuning)
        {
            return source with { PeakToMean = 1 };
        }

        fields.At.Refuse("peakToMean is missing: how far the peak minute lies above the mean, as 3");
        return source;
    }

    private static void CheckRate(DemandDraft demand, Growth growth, int months)
    {
        var factor = growth switch
        {
            Growth.ToFactor policy => policy.Factor,
            Growth.Monthly monthly => Math.Pow(1 + monthly.Rate.Fraction, months),
            Growth.Points points => points.Factors.Values.DefaultIfEmpty(1).Max(),
            _ => 1,
        } * growth.Events.Select(item => item.Factor).Prepend(1).Max();
        var peak = demand.TokensPerSecond * factor;
        if (peak > MostTokensPerSecond)
        {
            demand.Fields.At.Refuse(FormattableString.Invariant(
                $"with its growth it comes to {peak:0.#e+0} tokens per second; above 1B is beyond any fleet, so a figure has zeros too many"));
        }
    }
}
