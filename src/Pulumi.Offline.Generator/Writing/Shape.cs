namespace Pulumi.Offline.Generator.Writing;

/// <summary>The roles in which C# declares one object type, each as a class of its own.</summary>
internal enum Shape
{
    /// <summary>Inputs of a resource: <c>XArgs</c>.</summary>
    Args,

    /// <summary>Inputs of a lookup by <c>Get</c>: <c>XGetArgs</c>.</summary>
    State,

    /// <summary>Plain inputs of a function: <c>XArgs</c> without <c>Input</c>.</summary>
    InvokePlain,

    /// <summary>Inputs of a function's output form: <c>XInputArgs</c>.</summary>
    InvokeInput,

    /// <summary>Outputs of a resource: <c>X</c>.</summary>
    Output,

    /// <summary>Outputs of a function: <c>XResult</c>.</summary>
    Result,
}
