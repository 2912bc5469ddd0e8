using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of a ledger's <c>external</c>.</summary>
internal static class ExternalSection
{
    private static readonly Key<string> Id = Key.Required("id", Names.Name(40), "Its name; pools, tables and the lock call its machines so.");

    private static readonly Key<string> Provider = Key.Required("provider", Names.Name(40), "Who runs it, as coreweave, lambda, runpod or on-premises.");

    private static readonly Key<string> Region = Key.Required(
        "region", Names.Line("a region, as us-ord or eu-frankfurt", 40, "^[a-z0-9][a-z0-9-]*$"), "Its region in your words; residency binds it like a cloud's.");

    private static readonly Key<string> Site = Key.Required(
        "site", Names.Line("a site, as ord1", 40, "^[a-z0-9][a-z0-9-]*$"), "The place: what is in one site is lost together.");

    private static readonly Key<string> Gpu = Key.Required(
        "gpu",
        new ScalarValue<string>(
            "a GPU of the catalog",
            (node, reading) => reading.Catalog.FindGpu(node.Text) is not { } gpu ? Parsed<string>.Refused(UnknownName.Gpu(node.Text, reading.Catalog))
                : gpu.NotChosenBecause is { } reason ? Parsed<string>.Refused($"{gpu.Id} is not planned with: {reason}") : gpu.Id,
            () => new JsonObject { ["type"] = "string" }),
        "The GPU, by its id in the catalog, as h100-80gb.");

    private static readonly Key<int> GpusPerMachine = Key.Required("gpusPerMachine", Quantities.WholeNumber(1, 16), "GPUs of a machine.");

    private static readonly Key<int> Count = Key.Required("count", Quantities.WholeNumber(1, 100_000), "How many machines there are.");

    private static readonly Key<DateOnly> Start = Key.Required("start", Moments.Day, "Its first day, as 2026-12-01.");

    private static readonly Key<DateOnly?> End = Key.OptionalNumber("end", Moments.Day, "Its last day. Left out, it has none yet.");

    private static readonly Key<Usd?> Hourly = Key.OptionalNumber("hourlyUsd", Quantities.Money("$0", "$10k"), "What a machine costs for an hour.");

    private static readonly Key<Usd?> Monthly = Key.OptionalNumber(
        "monthlyUsd", Quantities.Money("$0", "$7M"), "What a machine costs for a month of 730 hours, in the place of hourlyUsd.");

    private static readonly Key<bool> Paid = Key.Optional(
        "paid",
        new ChoiceValue<bool>(new("always", false), new("used", true)),
        "always: all machines are paid, used or not; used: a machine is paid while a serving has it. Default: always.",
        false);

    private static readonly Key<string> Endpoint = Key.Required(
        "endpoint", Names.Line("an https address, as https://gpu.example.com/v1", 200, @"^https://[A-Za-z0-9._~:/-]+$"), "Where its replicas answer.");

    private static readonly Key<ImmutableArray<string>> Servings = Key.Optional(
        "servings", new ListValue<string>(Names.Name(40)), "The servings that may use it. Left out, all may.", []);

    public static readonly Section<ExternalCapacity> Value = new(
        [Id, Provider, Region, Site, Gpu, GpusPerMachine, Count, Start, End, Hourly, Monthly, Paid, Endpoint, Servings, GrantKeys.Assign], Build);

    private static ExternalCapacity Build(Fields fields)
    {
        if (fields.Has(Hourly) == fields.Has(Monthly))
        {
            fields.At.Refuse("needs one of hourlyUsd and monthlyUsd");
        }

        if (fields.IsSound(Start) && fields.IsSound(End) && fields.Get(End) < fields.Get(Start))
        {
            fields.Refuse(End, "is before its start");
        }

        return new ExternalCapacity
        {
            Id = fields.Get(Id),
            Grant = GrantKeys.Read(fields, CloudProvider.External, fields.Get(Provider), fields.Get(Region), Count),
            Site = fields.Get(Site),
            Gpu = fields.Get(Gpu),
            GpusPerMachine = fields.Get(GpusPerMachine),
            Start = fields.Get(Start),
            End = fields.Get(End),
            Hourly = new UsdPerHour(fields.Get(Hourly)?.Amount ?? decimal.Round((fields.Get(Monthly)?.Amount ?? 0) / UsdPerHour.HoursPerMonth, 8)),
            IsPaidByUse = fields.Get(Paid),
            Endpoint = fields.Get(Endpoint),
            Servings = fields.Get(Servings),
        };
    }
}
