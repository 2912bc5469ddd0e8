using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Pulumi.Offline.Generator;

namespace Pulumi.Offline.Tests.Generated;

/// <summary>Runs the generator on one schema, as the compiler does.</summary>
internal static class GeneratorRun
{
    public static GeneratorDriverRunResult Of(string schema, bool marked = true) =>
        CSharpGeneratorDriver.Create(
                [new ProviderClassGenerator().AsSourceGenerator()],
                [new SchemaText(schema)],
                optionsProvider: new Options(marked))
            .RunGenerators(CSharpCompilation.Create("generated"))
            .GetRunResult();

    public static string Text(string schema) =>
        string.Join("\n", Of(schema).Results.Single().GeneratedSources.Select(source => source.SourceText.ToString()));

    private sealed class SchemaText(string schema) : AdditionalText
    {
        public override string Path => "/schemas/acme.json";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(schema);
    }

    private sealed class Options(bool marked) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => new Marks(false);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Marks(false);

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Marks(marked);
    }

    private sealed class Marks(bool marked) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, out string value)
        {
            value = "true";
            return marked && key == "build_metadata.AdditionalFiles.PulumiSchema";
        }
    }
}
