using System.Text;
using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>Writes a function: the static class with its invoke methods, both args classes and the result.</summary>
internal sealed class FunctionWriter(TypeNames names, SourceFiles files, InputWriter inputs, OutputWriter outputs)
{
    public void Write(Function function)
    {
        var name = Names.OfToken(function.Token);
        var text = files[names.Namespace(function.Token)];
        var result = name + "Result";

        text.Append($"public static class {name}\n{{\n");
        Method(text, function, $"Task<{result}> InvokeAsync", $"InvokeAsync<{result}>", name + "Args", withOutputOptions: false);
        Method(text, function, $"Output<{result}> Invoke", $"Invoke<{result}>", name + "InvokeArgs", withOutputOptions: false);
        Method(text, function, $"Output<{result}> Invoke", $"Invoke<{result}>", name + "InvokeArgs", withOutputOptions: true);
        text.Append("}\n");

        if (function.Inputs is { } properties)
        {
            inputs.Write(text, name + "Args", properties, Shape.InvokePlain);
            inputs.Write(text, name + "InvokeArgs", properties, Shape.InvokeInput);
        }

        outputs.Write(text, result, function.Outputs, Shape.Result);
    }

    private static void Method(StringBuilder text, Function function, string signature, string call, string argsType, bool withOutputOptions)
    {
        var parameter = "";
        var argument = "global::Pulumi.InvokeArgs.Empty";
        if (function.Inputs is { } properties)
        {
            // Output options cannot be told from the other kind if they are optional, so nothing before them is.
            var optional = !withOutputOptions && !properties.Any(property => property.Required);
            parameter = optional ? $"{argsType}? args = null, " : $"{argsType} args, ";
            argument = $"args ?? new {argsType}()";
        }

        var options = withOutputOptions ? "InvokeOutputOptions options" : "InvokeOptions? options = null";
        text.Append($"public static {signature}({parameter}{options})\n");
        text.Append($"=> global::Pulumi.Deployment.Instance.{call}({Names.Quote(function.Token)}, {argument}, options.WithDefaults());\n");
    }
}
