/** The compiled core. The build writes the module itself: the WebAssembly as text beside this function. */
export declare function compile(): WebAssembly.Module;
