using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>An item of a ledger's <c>quotas</c>.</summary>
internal static class QuotaSection
{
    private static readonly Key<string> Code = Key.Required(
        "quota",
        Names.Line("a quota's code, as L-417A185B, or metric, as NVIDIA_H100_GPUS", 80, "^(L-[0-9A-F]{8}|[A-Z][A-Z0-9_]+)$"),
        "The quota: its code on AWS, its metric on Google Cloud.");

    private static readonly Key<int> Limit = Key.Required(
        "limit", Quantities.WholeNumber(0, 10_000_000), "How large it is: vCPUs on AWS, GPUs on Google Cloud.");

    public static readonly Section<Quota> Value = new(
        [GrantKeys.Cloud, GrantKeys.Account, GrantKeys.Region, Code, Limit, GrantKeys.Assign],
        fields =>
        {
            var known = fields.At.Reading.Catalog.Offers.Where(offer => offer.Cloud == fields.Get(GrantKeys.Cloud))
                .SelectMany(offer => new[] { offer.Machine.QuotaOnDemand, offer.Machine.QuotaSpot }).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
            if (fields.IsSound(Code) && fields.IsSound(GrantKeys.Cloud) && !known.Contains(fields.Get(Code)))
            {
                fields.Refuse(Code, $"no machine of the catalog counts against \"{fields.Get(Code)}\"; known are {string.Join(", ", known)}");
            }

            return new Quota(GrantKeys.Read(fields, Limit), fields.Get(Code));
        });
}
