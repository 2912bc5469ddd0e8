using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>penalty</c> of a serving.</summary>
internal static class PenaltySection
{
    private static readonly Key<Share> Below = Key.Required(
        "below", Quantities.Percentage(50, 99.999), "Availability below which a month costs this, as 99.9%: the share of its requests that are served.");

    private static readonly Key<Share?> Credit = Key.OptionalNumber(
        "credit", Quantities.Percentage(0.01, 100), "What is paid back, as a share of revenue; write this or amount.");

    private static readonly Key<Usd?> Amount = Key.OptionalNumber(
        "amount", Quantities.Money("$1", "$1B"), "What such a month costs, as $20k; write this or credit.");

    private static readonly Key<Usd?> Revenue = Key.OptionalNumber(
        "revenue", Quantities.Money("$1", "$10B"), "What credits are a share of: what the promise's customers pay in a month.");

    private static readonly Key<ImmutableArray<StepDraft>> Steps = Key.RequiredList(
        "steps",
        new ListValue<StepDraft>(new Section<StepDraft>([Below, Credit, Amount], fields =>
        {
            if (fields.Has(Credit) == fields.Has(Amount))
            {
                fields.At.Refuse("needs one of credit and amount");
            }

            return new StepDraft(fields.Get(Below), fields.Get(Credit), fields.Get(Amount), fields);
        })),
        "What a month costs by its availability, as [{ below: 99.9%, credit: 10% }, { below: 99%, credit: 25% }].");

    /// <summary>What months below the promise cost.</summary>
    public static readonly PlanValue<ServicePenalty> Value = new Section<ServicePenalty>([Revenue, Steps], Build);

    /// <summary>Notes a penalty that nothing says the likelihood of, and one of work that nobody waits for.</summary>
    public static void Check(Fields serving, ServingKind kind, Fields plan)
    {
        if (serving.Get(ServingSection.Penalty) is null)
        {
            return;
        }

        if (serving.IsSound(ServingSection.Kind) && kind != ServingKind.Online)
        {
            serving.Refuse(ServingSection.Penalty, "only online servings promise to be there at any time: what a loss holds up of other work is done later");
        }
        else if (plan.IsSound(PlanSection.Losses) && plan.Get(PlanSection.Losses) is null)
        {
            serving.Refuse(
                ServingSection.Penalty,
                "needs losses: how often places are lost and for how long is yours to assume, as losses: { zone: { perYear: …, lasts: …, source: … } } beside servings");
        }
    }

    private static ServicePenalty Build(Fields fields)
    {
        var steps = fields.Get(Steps).OrderByDescending(step => step.Below).ToList();
        if (fields.IsSound(Revenue) && fields.Get(Revenue) is null && steps.FirstOrDefault(step => step.Credit is not null) is { } credit)
        {
            credit.Fields.Refuse(Credit, "is a share of revenue, which the penalty does not say: add it, as revenue: $200k, or write amount");
        }

        ImmutableArray<PenaltyStep> costs =
        [
            .. steps.Select(step => new PenaltyStep(step.Below, step.Amount ?? new Usd((fields.Get(Revenue)?.Amount ?? 0) * (decimal)(step.Credit?.Fraction ?? 0)).ToCents())),
        ];
        if (fields.IsSound(Steps) && fields.IsSound(Revenue))
        {
            for (var i = 1; i < costs.Length; i++)
            {
                if (costs[i].Below == costs[i - 1].Below)
                {
                    steps[i].Fields.Refuse(Below, "stands here twice");
                }
                else if (costs[i].Costs.CompareTo(costs[i - 1].Costs) <= 0)
                {
                    steps[i].Fields.At.Refuse(FormattableString.Invariant($"costs {costs[i].Costs}, and a month below {costs[i - 1].Below.Percent:0.###} % already costs {costs[i - 1].Costs}: a lower step costs more"));
                }
            }
        }

        return new ServicePenalty(costs);
    }

    private sealed record StepDraft(Share Below, Share? Credit, Usd? Amount, Fields Fields);
}
