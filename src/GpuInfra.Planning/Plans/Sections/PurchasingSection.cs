using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>purchasing</c>.</summary>
internal static class PurchasingSection
{
    private static readonly Key<int> UpTo = Key.Required(
        "upTo", Quantities.Percentile(), "Demand percentile up to which online capacity is reserved, as p50.");

    private static readonly Key<ReserveTerm> Term = Key.Optional(
        "term",
        new ChoiceValue<ReserveTerm>(new("none", ReserveTerm.None), new("1yr", ReserveTerm.OneYear), new("3yr", ReserveTerm.ThreeYears)),
        "The term that would be committed to. It lowers no price until a commitment is held.",
        ReserveTerm.None);

    private static readonly Key<bool> Create = Key.Optional(
        "create",
        Quantities.YesOrNo,
        "Whether to make reservations for what held ones do not carry of the percentile: billed from their creation, used or not, and asked for like any launch.",
        false);

    private static readonly Key<ImmutableArray<ServingKind>> For = Key.RequiredList(
        "for",
        new ListValue<ServingKind>(new ChoiceValue<ServingKind>(
            new("batch", ServingKind.Batch), new("embedding", ServingKind.Embedding), new("experimentation", ServingKind.Experimentation),
            new("fineTuning", ServingKind.FineTuning), new("training", ServingKind.Training),
            new("online", ServingKind.Online, "online servings never run on spot: it can be taken away within 30 seconds to 2 minutes"))),
        "Kinds of serving that may run on spot; never online.");

    private static readonly Key<SpotFallback> Fallback = Key.Optional(
        "fallback",
        new ChoiceValue<SpotFallback>(new("onDemand", SpotFallback.OnDemand), new("none", SpotFallback.None)),
        "What happens when spot runs out: onDemand serves it at that price, none lets it wait.",
        SpotFallback.None);

    private static readonly Key<Purchasing?> Reserve = Key.Optional(
        "reserve",
        new Section<Purchasing>(
            [UpTo, Term, Create],
            fields => Nothing with { ReserveUpToPercentile = fields.Get(UpTo), ReserveTerm = fields.Get(Term), CreatesReservations = fields.Get(Create) }),
        "Capacity that is reserved and always on. Reservations that the ledger holds are used either way; left out, no others are made.");

    private static readonly Key<Purchasing?> Spot = Key.Optional(
        "spot",
        new Section<Purchasing>(
            [For, Fallback],
            fields => Nothing with { SpotFor = [.. fields.Get(For).Order()], SpotFallback = fields.Get(Fallback) }),
        "Cheap capacity that may be taken away. Left out, none is used.");

    private static readonly Key<string> Contact = Key.Required(
        "contact", Names.Mail, "Whom a cloud may ask back, as a mail address; for Google Cloud that of an account which may change the project's quotas.");

    private static readonly Key<Purchasing?> QuotaRequests = Key.Optional(
        "quotaRequests",
        new Section<Purchasing>([Contact], fields => Nothing with { QuotaContact = fields.Get(Contact) }),
        "Whether the stack asks the clouds for the quotas of its ledger that the horizon outgrows. Left out, it asks for none.");

    /// <summary>Everything on demand.</summary>
    public static Purchasing Nothing => new(null, ReserveTerm.None, [], SpotFallback.None);

    public static readonly PlanValue<Purchasing> Value = new Section<Purchasing>([Reserve, Spot, QuotaRequests], Build);

    private static Purchasing Build(Fields fields)
    {
        var reserve = fields.Get(Reserve) ?? Nothing;
        var spot = fields.Get(Spot) ?? Nothing;
        return reserve with { SpotFor = spot.SpotFor, SpotFallback = spot.SpotFallback, QuotaContact = fields.Get(QuotaRequests)?.QuotaContact };
    }
}
