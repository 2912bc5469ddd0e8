using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Pulumi.Offline.Generator.Schema;
using Pulumi.Offline.Generator.Writing;

namespace Pulumi.Offline.Generator;

/// <summary>
/// Generates the C# classes of Pulumi provider packages, as the official SDKs declare them, from package schemas passed as
/// additional files with <c>PulumiSchema="true"</c>.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ProviderClassGenerator : IIncrementalGenerator
{
    private const string SchemaMetadata = "build_metadata.AdditionalFiles.PulumiSchema";

    private static readonly DiagnosticDescriptor MalformedSchema = new(
        "PULUMI001",
        "Package schema cannot be read",
        "Package schema {0} cannot be read: {1}",
        "Pulumi.Offline",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var schemas = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Where(pair => pair.Right.GetOptions(pair.Left).TryGetValue(SchemaMetadata, out var marked) && marked == "true")
            .Select((pair, cancellation) => (pair.Left.Path, Text: pair.Left.GetText(cancellation)?.ToString() ?? ""));
        context.RegisterSourceOutput(schemas, (production, schema) => Generate(production, schema.Path, schema.Text));
    }

    private static void Generate(SourceProductionContext production, string path, string text)
    {
        try
        {
            foreach (var file in PackageWriter.Write(SchemaReader.Read(text)))
            {
                production.AddSource(file.Key, SourceText.From(file.Value, Encoding.UTF8));
            }
        }
        catch (SchemaException exception)
        {
            // A location in the file itself: editors and build logs then lead to it.
            var location = Location.Create(path, default, default);
            production.ReportDiagnostic(Diagnostic.Create(MalformedSchema, location, Path.GetFileName(path), exception.Message));
        }
    }
}
