using System.CommandLine;
using System.Globalization;
using GpuInfra.Cli.Import;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra catalog import</c>: the catalog's data files made anew from price files, and what moved.</summary>
internal static class CatalogImportCommand
{
    private const string Examples = """
        Make the data files anew from CSV files, and show what moved against the catalog

        Examples:
          gpuinfra catalog import --data prices --out src/GpuInfra.Planning/Catalogs/Data
          gpuinfra catalog import --data catalogs/v8 --from skypilot --as-of 2026-11-20 --source skypilot-catalog --out .
        """;

    private const string SkyPilot = "skypilot";

    public static Command Create(AppConsole console)
    {
        var data = new Option<string>("--data") { Description = "Directory of the CSV files", HelpName = "DIR", Required = true };
        var from = new Option<string>("--from") { Description = "Layout of the CSV files", HelpName = "prices|skypilot", DefaultValueFactory = _ => "prices" };
        from.AcceptOnlyFromAmong("prices", SkyPilot);
        var folder = new Option<string>("--out") { Description = "Directory for the data files, which must exist", HelpName = "DIR", Required = true };
        var asOf = new Option<string?>("--as-of") { Description = "The day of the prices; needed by skypilot, whose files have no dates", HelpName = "YYYY-MM-DD" };
        var source = new Option<string?>("--source") { Description = "Where the prices stand; needed by skypilot", HelpName = "TEXT" };
        var json = new Option<bool>("--json") { Description = "Write JSON, and nothing else, to standard output" };
        var command = new Command("import", Examples)
        {
            data, from, folder, asOf, source, json,
        };
        command.SetAction(parsed =>
        {
            var input = Existing(console, "--data", parsed.GetRequiredValue(data));
            var output = Existing(console, "--out", parsed.GetRequiredValue(folder));
            var catalog = Catalog.Embedded;
            var imported = parsed.GetValue(from) == SkyPilot
                ? SkyPilotLayout.Read(
                    input, catalog, parsed.GetValue(source) ?? throw UserError.Because("--source", "is missing: say where the prices stand."), Day(parsed.GetValue(asOf)))
                : PriceLayout.Read(input, catalog);
            var changes = ImportChanges.Of(imported, catalog);
            var results = new Results(console);
            Directory.CreateDirectory(Path.Combine(output, "offers"));
            foreach (var (name, text) in imported.AllFiles)
            {
                results.Add(text, new FileInfo(Path.Combine(output, name)));
            }

            results.Add(parsed.GetValue(json) ? ImportReport.ToJson(changes) : TextRenderer.Render(ImportReport.Of(changes), console, null), null);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static string Existing(AppConsole console, string option, string path) => Directory.Exists(console.Resolve(path))
        ? console.Resolve(path)
        : throw UserError.Because(option, $"there is no directory {path}.");

    private static DateOnly Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw UserError.Because("--as-of", "is missing or no date; write the day of the prices as 2026-07-30.");
}
