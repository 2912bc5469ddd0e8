using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>The keys that say where an account has something, and which stacks were given how much of it.</summary>
internal static class GrantKeys
{
    public static readonly Key<CloudProvider> Cloud = Key.Required(
        "cloud", new ChoiceValue<CloudProvider>(new("aws", CloudProvider.Aws), new("gcp", CloudProvider.Gcp)), "The cloud: aws or gcp.");

    public static readonly Key<string> Account = Key.Required(
        "account",
        Names.Line("an AWS account id or a Google Cloud project id", 63, "^([0-9]{12}|[a-z][a-z0-9-]{4,28}[a-z0-9])$"),
        "The AWS account id, in quotes, or the Google Cloud project id.");

    public static readonly Key<string> Region = Key.Required("region", Names.AnyRegion, "The region.");

    public static readonly Key<ImmutableArray<KeyValuePair<string, int>>> Assign = Key.Required<ImmutableArray<KeyValuePair<string, int>>>(
        "assign",
        new NamedValues<string, int>(Names.Name(40), Quantities.WholeNumber(0, 1_000_000)),
        "How much of it each stack was given, as { prod: 4, staging: 1 }.");

    /// <summary>The grant of a row.</summary>
    /// <param name="fields">The row.</param>
    /// <param name="count">The key of how much there is.</param>
    public static Grant Read(Fields fields, Key<int> count)
    {
        CheckRegion(fields);
        return Read(fields, fields.Get(Cloud), fields.Get(Account), fields.Get(Region), count);
    }

    /// <summary>The grant of a row that says in keys of its own where it is.</summary>
    public static Grant Read(Fields fields, CloudProvider cloud, string account, string region, Key<int> count)
    {
        var assigned = fields.IsSound(Assign) ? fields.Get(Assign) : [];
        var grant = new Grant(
            cloud, account, region, fields.Get(count),
            assigned.ToImmutableSortedDictionary(StringComparer.Ordinal))
        {
            Location = fields.At.Location,
        };
        if (fields.IsSound(count) && grant.Given > grant.Count)
        {
            fields.Refuse(Assign, $"deals out {grant.Given}, and there are {grant.Count}");
        }

        return grant;
    }

    /// <summary>Refuses a region in which the catalog has nothing.</summary>
    public static void CheckRegion(Fields fields)
    {
        var regions = fields.At.Reading.Catalog.Regions(fields.Get(Cloud)).ToList();
        if (fields.IsSound(Cloud) && fields.IsSound(Region) && !regions.Contains(fields.Get(Region)))
        {
            fields.Refuse(Region, $"the catalog has no offers of {JsonText.Word(fields.Get(Cloud))} in \"{fields.Get(Region)}\"{Suggestion.DidYouMean(fields.Get(Region), regions)}");
        }
    }
}
