using System.CommandLine;
using System.CommandLine.Parsing;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra catalog</c>: what plans may name, where the figures stand, and of which day they are.</summary>
internal static class CatalogCommand
{
    private const string Examples = """
        Show the GPUs, models, offers, demand profiles, CPU machines and commitments known, with sources and dates

        Examples:
          gpuinfra catalog gpus models
          gpuinfra catalog offers --cloud aws --region us-east-1 --gpu h100-80gb
          gpuinfra catalog --json
        """;

    public static Command Create(AppConsole console)
    {
        var gpus = new Option<bool>("--gpus") { Description = "Only GPUs" };
        var models = new Option<bool>("--models") { Description = "Only models" };
        var offers = new Option<bool>("--offers") { Description = "Only offers: instance types with their prices" };
        var profiles = new Option<bool>("--profiles") { Description = "Only measured demand profiles" };
        var views = new Argument<CatalogView.Kinds[]>("views")
        {
            Description = "Only these: gpus, models, offers, profiles, cpu (machines without accelerators), commitments (published discounts)",
            Arity = ArgumentArity.ZeroOrMore,
            CustomParser = Views,
        };
        var cloud = new Option<string?>("--cloud") { Description = "Only offers of this cloud", HelpName = "aws|gcp" };
        cloud.AcceptOnlyFromAmong("aws", "gcp");
        var region = new Option<string?>("--region") { Description = "Only offers in this region", HelpName = "REGION" };
        var gpu = new Option<string?>("--gpu") { Description = "Only this GPU and offers with it", HelpName = "GPU" };
        var command = new Command("catalog", Examples)
        {
            views, gpus, models, offers, profiles, cloud, region, gpu,
        };
        command.Subcommands.Add(CatalogImportCommand.Create(console));
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var kinds = parsed.GetValue(views)!.Aggregate(CatalogView.Kinds.None, (all, kind) => all | kind)
                | (parsed.GetValue(gpus) ? CatalogView.Kinds.Gpus : 0)
                | (parsed.GetValue(models) ? CatalogView.Kinds.Models : 0)
                | (parsed.GetValue(offers) ? CatalogView.Kinds.Offers : 0)
                | (parsed.GetValue(profiles) ? CatalogView.Kinds.Profiles : 0);
            var view = Filter(Catalog.Embedded, kinds, parsed.GetValue(cloud), parsed.GetValue(region), parsed.GetValue(gpu));
            var file = output.Out(parsed);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => CatalogJson.ToJson(view), () => CatalogReport.Of(view)), file);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static CatalogView Filter(Catalog catalog, CatalogView.Kinds kinds, string? cloud, string? region, string? gpuName)
    {
        var gpu = gpuName is null ? null : catalog.FindGpu(gpuName)
            ?? throw Unknown("--gpu", gpuName, catalog.Gpus.Select(row => row.Id), catalog.Gpus.SelectMany(row => row.Aliases));
        var regions = Enum.GetValues<CloudProvider>().SelectMany(catalog.Regions).Order(StringComparer.Ordinal).ToList();
        if (region is not null && !regions.Contains(region))
        {
            throw Unknown("--region", region, regions, []);
        }

        var filtersOffers = cloud is not null || region is not null;
        if (kinds == CatalogView.Kinds.None)
        {
            kinds = (filtersOffers, gpu) switch
            {
                (true, _) => CatalogView.Kinds.Offers,
                (_, not null) => CatalogView.Kinds.Gpus | CatalogView.Kinds.Offers,
                _ => CatalogView.Kinds.All,
            };
        }

        return new CatalogView(
            catalog.Hash,
            kinds,
            [.. catalog.Gpus.Where(row => gpu is null || row.Id == gpu.Id)],
            catalog.Models,
            [.. catalog.Offers.Where(row =>
                (cloud is null || Format.Cloud(row.Cloud) == cloud)
                && (region is null || row.Region == region)
                && (gpu is null || row.Gpu == gpu.Id))],
            catalog.Profiles,
            [.. catalog.CpuOffers.Where(row =>
                (cloud is null || Format.Cloud(row.Cloud) == cloud) && (region is null || row.Region == region))],
            [.. catalog.CommitmentDiscounts.Where(row => cloud is null || Format.Cloud(row.Cloud) == cloud)]);
    }

    private static CatalogView.Kinds[] Views(ArgumentResult result)
    {
        var known = Enum.GetValues<CatalogView.Kinds>()
            .Where(kind => kind is not (CatalogView.Kinds.None or CatalogView.Kinds.All)).ToDictionary(kind => Format.Word(kind));
        foreach (var word in result.Tokens.Select(token => token.Value).Where(word => !known.ContainsKey(word)))
        {
            result.AddError($"'{word}' is no view of the catalog{Suggestion.DidYouMean(word, known.Keys)}; known: {string.Join(", ", known.Keys)}.");
        }

        return [.. result.Tokens.Select(token => token.Value).Where(known.ContainsKey).Select(word => known[word])];
    }

    private static PlanException Unknown(string option, string name, IEnumerable<string> known, IEnumerable<string> aliases) =>
        UserError.Because(
            option,
            $"the catalog has no \"{name}\"{Suggestion.DidYouMean(name, known.Concat(aliases))}; "
            + $"known: {string.Join(", ", known)}.");
}
