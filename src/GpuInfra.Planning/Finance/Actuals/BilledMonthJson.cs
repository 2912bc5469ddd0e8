using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>A month's bill against its plan as JSON; money in USD.</summary>
public static class BilledMonthJson
{
    /// <summary>The document.</summary>
    public static string ToJson(FleetPlan fleet, BilledMonth month, ImmutableArray<BillProposal> proposals) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteOrigin(fleet);
        json.WriteString("month", month.Month.ToString());
        json.WriteObjects("clouds", month.Clouds, cloud =>
        {
            json.WriteString("cloud", JsonText.Word(cloud.Cloud));
            json.WriteNumber("hours", cloud.Hours);
        });
        SpendJson.Money(json, "plannedUsd", month.Planned);
        SpendJson.Money(json, "billedUsd", month.Billed);
        SpendJson.Money(json, "gapUsd", month.Gap);
        SpendJson.Money(json, "notComparedUsd", month.NotCompared);
        Parts(json, month, part => month[part]);
        json.WriteObjects("demand", month.Demand, demand =>
        {
            json.WriteString("serving", demand.Key);
            json.WriteNumber("seenOverPlanned", Math.Round(demand.Value, 6));
        });
        json.WriteObjects("servings", month.Servings, serving =>
        {
            json.WriteString("serving", serving.Serving);
            SpendJson.Money(json, "plannedUsd", serving.Planned);
            SpendJson.Money(json, "billedUsd", serving.Billed);
            SpendJson.Money(json, "gapUsd", serving.Gap);
            Parts(json, month, part => serving[part]);
        });
        json.WriteObjects("teams", month.Teams, team =>
        {
            json.WriteString("team", team.Team);
            json.WriteBoolean("planned", team.IsPlanned);
            SpendJson.Money(json, "plannedUsd", team.Planned);
            SpendJson.Money(json, "directUsd", team.Direct);
            SpendJson.Money(json, "sharedUsd", team.Shared);
            SpendJson.Money(json, "chargedUsd", team.Charged);
        });
        Bill(json, month.Bill);
        json.WriteObjects("proposals", proposals, proposal =>
        {
            json.WriteString("cause", JsonText.Word(proposal.Cause));
            json.WriteString("finding", proposal.Finding);
            json.WriteString("path", proposal.Change?.Path);
            json.WriteString("value", proposal.Change?.Value);
        });
        json.WriteEndObject();
    });

    /// <summary>What is not known is null, which zero is not.</summary>
    private static void Parts(Utf8JsonWriter json, BilledMonth month, Func<GapPart, Usd> amount)
    {
        json.WriteStartObject("gap");
        foreach (var part in GapParts.All)
        {
            SpendJson.Money(json, $"{JsonText.Word(part)}Usd", !month.Demand.IsEmpty || part is not (GapPart.Demand or GapPart.Utilization) ? amount(part) : null);
        }

        json.WriteEndObject();
    }

    private static void Bill(Utf8JsonWriter json, FocusBill bill)
    {
        json.WriteStartObject("bill");
        json.WriteNumber("rows", bill.Rows);
        SpendJson.Money(json, "invoicedUsd", new Usd(bill.Billed));
        SpendJson.Money(json, "effectiveUsd", new Usd(bill.Effective));
        json.WriteStartObject("kinds");
        foreach (var kind in Enum.GetValues<ChargeKind>())
        {
            SpendJson.Money(json, $"{JsonText.Word(kind)}Usd", new Usd(bill.Of(kind)));
        }

        json.WriteEndObject();
        Sums(json, "unread", bill.Unread);
        Sums(json, "otherMonths", bill.Outside);
        Sums(json, "otherCurrencies", bill.Foreign);
        Sums(json, "noted", new Dictionary<string, RowSum> { ["tags that cannot be read"] = bill.BadTags, ["refunds within the month"] = bill.Refunds });
        json.WriteStrings("told", bill.Told.Select(row => row.ToString()));
        json.WriteEndObject();
    }

    private static void Sums(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, RowSum> sums) => json.WriteObjects(name, sums, sum =>
    {
        json.WriteString("what", sum.Key);
        json.WriteNumber("rows", sum.Value.Rows);
        json.WriteNumber("effectiveCost", JsonText.Plain(sum.Value.Effective));
    });
}
