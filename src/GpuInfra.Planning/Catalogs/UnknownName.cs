using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>What people are told when the catalog lacks a name.</summary>
public static class UnknownName
{
    /// <summary>More names than this nobody reads in a message.</summary>
    private const int MostListed = 40;

    /// <summary>A model that is not there.</summary>
    public static string Model(string name, Catalog catalog) =>
        Of("model", name, catalog.Models.Select(row => row.Id), catalog.Models.SelectMany(row => row.Aliases));

    /// <summary>A GPU that is not there.</summary>
    public static string Gpu(string name, Catalog catalog) =>
        Of("GPU", name, catalog.Gpus.Select(row => row.Id), catalog.Gpus.SelectMany(row => row.Aliases));

    /// <summary>The name, with the nearest one, or with those there are.</summary>
    public static string Of(string what, string name, IEnumerable<string> ids, IEnumerable<string> aliases)
    {
        var known = ids.ToList();
        var suggestion = Suggestion.DidYouMean(name, known.Concat(aliases));
        return $"unknown {what} {HumanUnits.Quote(name)}" + (
            suggestion.Length > 0 ? suggestion
            : known.Count <= MostListed ? $"; known are {string.Join(", ", known)}"
            : $"; the command catalog lists the {known.Count} that are known");
    }
}
