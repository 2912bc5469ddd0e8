using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace GpuInfra.Tests;

/// <summary>Builds exports in FOCUS form, made up.</summary>
internal sealed class FocusRows
{
    private static readonly string[] Columns =
    [
        "BilledCost", "BillingAccountId", "BillingCurrency", "CapacityReservationStatus", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart",
        "CommitmentDiscountStatus", "ConsumedQuantity", "ConsumedUnit", "EffectiveCost", "PricingCategory", "ProviderName", "RegionId", "ServiceName", "Tags",
    ];

    private readonly StringBuilder _text = new(string.Join(',', Columns) + "\n");

    public string Text => _text.ToString();

    public byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    public byte[] Packed
    {
        get
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(Bytes);
            }

            return packed.ToArray();
        }
    }

    /// <summary>Hours of AWS machines of a pool.</summary>
    public FocusRows Machine(string pool, string serving, string team, decimal hours, decimal cost, string pricing = "Standard") => Row(
        cost, ("ConsumedQuantity", Number(hours)), ("ConsumedUnit", "Hours"), ("ServiceName", "Amazon Elastic Compute Cloud - Compute"), ("PricingCategory", pricing),
        ("Tags", $$"""{"resourceTags/user:team":"{{team}}","resourceTags/user:serving":"{{serving}}","resourceTags/user:pool":"{{pool}}"}"""));

    /// <summary>GPU hours of Google Cloud's machines of a pool, with their cores as another row.</summary>
    public FocusRows GoogleMachine(string pool, string serving, string team, decimal gpuHours, decimal gpus, decimal cores)
    {
        var tags = $$"""[{"key":"team","value":"{{team}}"},{"key":"serving","value":"{{serving}}"},{"key":"pool","value":"{{pool}}"}]""";
        return Row(gpus, ("ProviderName", "Google Cloud"), ("ServiceName", "Compute Engine"), ("ChargeDescription", "Nvidia L4 GPU running in Iowa"), ("ConsumedQuantity", Number(gpuHours)), ("ConsumedUnit", "hour"), ("Tags", tags))
            .Row(cores, ("ProviderName", "Google Cloud"), ("ServiceName", "Compute Engine"), ("ChargeDescription", "G2 Instance Core running in Iowa"), ("ConsumedQuantity", Number(gpuHours * 12)), ("ConsumedUnit", "hour"), ("Tags", tags));
    }

    /// <summary>A charge of December 2026 in AWS, with other values where they are named.</summary>
    public FocusRows Row(decimal cost, params (string Column, string Value)[] values)
    {
        var row = new Dictionary<string, string>
        {
            ["BilledCost"] = Number(cost),
            ["EffectiveCost"] = Number(cost),
            ["BillingCurrency"] = "USD",
            ["ChargeCategory"] = "Usage",
            ["ChargePeriodStart"] = "2026-12-31T23:00:00Z",
            ["ChargePeriodEnd"] = "2027-01-01T00:00:00Z",
            ["ProviderName"] = "AWS",
        };
        foreach (var (column, value) in values)
        {
            row[column] = value;
        }

        return Line(string.Join(',', Columns.Select(column => Quoted(row.GetValueOrDefault(column, "")))));
    }

    /// <summary>A line as it is.</summary>
    public FocusRows Line(string line)
    {
        _text.Append(line).Append('\n');
        return this;
    }

    private static string Quoted(string value) => value.AsSpan().IndexOfAny(",\"\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Number(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
