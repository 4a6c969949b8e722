* Tiny pair: 2 workers, 2 bits, 4 levels, floor
* optinc aggregate: workers=2 bits=2 levels=4 signed=false rounding=floor symbols=1
* A testbench of the circuit, for ngspice 39 or later:
*   ngspice -b FILE               prints what every receiver gets, in levels
*   ngspice -b -r OUT.raw FILE    writes the nodes that are saved, as a raw file
* Saved is what this header names, and the fields between sections; v(NODE) in a .save line saves another node.
* A field is a complex amplitude on two nodes, X_re and X_im, in volts.
*
* To choose the input, set the parameters w<worker>_s<symbol> below (0..levels-1, symbol 0 = most significant), or
* "alter" the sources V_w<worker>_s<symbol>_re, in volts.
* Inputs:
*   w0_s0_re, _im   "w0 s0": worker 0, symbol 0, 1 V a level, mode 0
*   w1_s0_re, _im   "w1 s0": worker 1, symbol 0, 0.9 V a level, mode 1
*   ref_rail_re, _im   "rail": constant light, 2.5 V, mode 2
* Outputs: out_ is the field, rx_ the receiver (Re(field) in levels), level_ its nearest level:
*   out_w0_s0_re, _im, rx_w0_s0, level_w0_s0   "out w0 s0": worker 0, symbol 0, -2 levels a volt, mode 0
*   out_w1_s0_re, _im, rx_w1_s0, level_w1_s0   "out w1 s0": worker 1, symbol 0, -1.5 levels a volt, mode 4

* the circuit
* Tiny pair: 2 workers, 2 bits, 4 levels, floor
* optinc aggregate: workers=2 bits=2 levels=4 signed=false rounding=floor symbols=1
* Photonic circuit, 6 modes, 5 sections. A testbench includes it, in ngspice 39 or later.
* A field is a complex amplitude on two nodes, X_re and X_im, in volts; a dark mode is node 0.
* The circuit is the subcircuit circuit_tiny_pair; its pins are, in this order:
*   w0_s0_re, _im   in, "w0 s0": worker 0, symbol 0, 1 V a level, mode 0
*   w1_s0_re, _im   in, "w1 s0": worker 1, symbol 0, 0.9 V a level, mode 1
*   ref_rail_re, _im   in, "rail": constant light, 2.5 V, mode 2
*   out_w0_s0_re, _im   out, "out w0 s0": worker 0, symbol 0, -2 levels a volt, mode 0
*   out_w1_s0_re, _im   out, "out w1 s0": worker 1, symbol 0, -1.5 levels a volt, mode 4
* Between sections: s<section>_m<mode>_re, _im is the field on a mode after a section; of an instance X_dut, X_dut.s<section>_m<mode>_re.
* Phases are parameters, in radians: alterparam SUBCIRCUIT theta_d3 = 1.5, then reset, changes that of device 3 (counted from 0).
* Names in this file and what they stand for:
*   s0_p = section "P"
*   s0_m0_sum = mesh "sum"
*   s1_rails = section "rails"
*   s1_m0_rail = mesh "rail"
*   s2_layer_1 = section "layer 1"
*   s2_m0_v_t = mesh "V^T"
*   s2_m1_s = mesh "S"
*   s2_m2_u = mesh "U"
*   s3_layer_2 = section "layer 2"
*   s3_m0_v_t = mesh "V^T"
*   s4_t = section "T"
*   s4_m0_tree = mesh "tree"

* Parameters of devices, ideal as they stand: il is the insertion loss in dB of power; k1 and k2 are the shares of
* power across the first and the second coupler. For all devices of a kind at once: alterparam mzi il = 0.2, then reset.
* MZI: phase phi on input a, coupler k1, phase theta on the upper arm, coupler k2; a, b in, c, d out
.subckt mzi ar ai br bi cr ci dr di theta=0 phi=0 il=0 k1=0.5 k2=0.5
.param s={sin(theta/2)} k={cos(theta/2)} u={sin(theta/2+phi)} w={cos(theta/2+phi)}
.param t1={sqrt(1-k1)} x1={sqrt(k1)} t2={sqrt(1-k2)} x2={sqrt(k2)} g={pow(10,-il/20)}
.param a={g*(t1*t2-x1*x2)*k} b={g*(t1*t2+x1*x2)*s} d={g*(x1*t2-t1*x2)*s} e={g*(x1*t2+t1*x2)*k}
Gcr0 0 cr ar 0 {w*a-u*b}
Gcr1 0 cr ai 0 {-w*b-u*a}
Gcr2 0 cr br 0 {-k*d-s*e}
Gcr3 0 cr bi 0 {s*d-k*e}
Rcr cr 0 1
Gci0 0 ci ar 0 {w*b+u*a}
Gci1 0 ci ai 0 {w*a-u*b}
Gci2 0 ci br 0 {k*e-s*d}
Gci3 0 ci bi 0 {-k*d-s*e}
Rci ci 0 1
Gdr0 0 dr ar 0 {w*d-u*e}
Gdr1 0 dr ai 0 {-w*e-u*d}
Gdr2 0 dr br 0 {k*a+s*b}
Gdr3 0 dr bi 0 {k*b-s*a}
Rdr dr 0 1
Gdi0 0 di ar 0 {w*e+u*d}
Gdi1 0 di ai 0 {w*d-u*e}
Gdi2 0 di br 0 {s*a-k*b}
Gdi3 0 di bi 0 {k*a+s*b}
Rdi di 0 1
.ends mzi

* attenuator: the same MZI with a dark second input and an absorbed second output
.subckt attenuator ar ai cr ci theta=0 phi=0 il=0 k1=0.5 k2=0.5
.param u={sin(theta/2+phi)} w={cos(theta/2+phi)} t={sqrt(1-k1)*sqrt(1-k2)} x={sqrt(k1)*sqrt(k2)} g={pow(10,-il/20)}
.param a={g*(t-x)*cos(theta/2)} b={g*(t+x)*sin(theta/2)}
Gcr0 0 cr ar 0 {w*a-u*b}
Gcr1 0 cr ai 0 {-w*b-u*a}
Rcr cr 0 1
Gci0 0 ci ar 0 {w*b+u*a}
Gci1 0 ci ai 0 {w*a-u*b}
Rci ci 0 1
.ends attenuator

* phase shifter: field times e^{i phi}
.subckt phase ar ai cr ci phi=0 il=0
.param g={pow(10,-il/20)}
Gcr0 0 cr ar 0 {g*cos(phi)}
Gcr1 0 cr ai 0 {-g*sin(phi)}
Rcr cr 0 1
Gci0 0 ci ar 0 {g*sin(phi)}
Gci1 0 ci ai 0 {g*cos(phi)}
Rci ci 0 1
.ends phase

* neuron: detects the real part, rectifies, sends a real field again. In volts: offset is added to what is detected.
* Gaussian noise is added too: its standard deviation is noise, with a new value every nt seconds of a waveform. saturation is the highest
* field that it sends. (ngspice has a function limit: no parameter can be called that)
.subckt neuron ar ai cr ci gain=1 offset=0 saturation=1e30 noise=0 nt=5e-11
Vnoise n 0 dc 0 trnoise({noise} {nt*sgn(noise)} 0 0)
Bcr cr 0 V=min(saturation,gain*max(0,V(ar)+offset+V(n)))
Rci ci 0 1
.ends neuron

* section 0: combine "P"
.subckt s0_m0_sum i0_re i0_im i1_re i1_im o0_re o0_im
.param theta_d0=1.5707963267948966 phi_d0=0.2
X_d0_c0 i0_re i0_im i1_re i1_im d0_0_re d0_0_im d0_1_re d0_1_im mzi theta={theta_d0} phi={phi_d0}
.param phi_d1=-0.4
X_d1_c1 d0_0_re d0_0_im o0_re o0_im phase phi={phi_d1}
.ends s0_m0_sum
.subckt s0_p i0_re i0_im i1_re i1_im o0_re o0_im
X_m0 i0_re i0_im i1_re i1_im o0_re o0_im s0_m0_sum
.ends s0_p

* section 1: reference "rails"
.subckt s1_m0_rail i2_re i2_im o2_re o2_im o3_re o3_im
.param theta_d0=1.1 phi_d0=0.3
X_d0_c0 i2_re i2_im 0 0 o2_re o2_im o3_re o3_im mzi theta={theta_d0} phi={phi_d0}
.ends s1_m0_rail
.subckt s1_rails i2_re i2_im o2_re o2_im o3_re o3_im
X_m0 i2_re i2_im o2_re o2_im o3_re o3_im s1_m0_rail
.ends s1_rails

* section 2: layer "layer 1"
.subckt s2_m0_v_t i0_re i0_im i2_re i2_im o0_re o0_im o2_re o2_im
.param theta_d0=2.2 phi_d0=0.7
X_d0_c0 i0_re i0_im i2_re i2_im o0_re o0_im d0_2_re d0_2_im mzi theta={theta_d0} phi={phi_d0}
.param phi_d1=5.1
X_d1_c1 d0_2_re d0_2_im o2_re o2_im phase phi={phi_d1}
.ends s2_m0_v_t
.subckt s2_m1_s i0_re i0_im i3_re i3_im o0_re o0_im o3_re o3_im
.param theta_d0=2.5 phi_d0=-1.8
X_d0_c0 i0_re i0_im o0_re o0_im attenuator theta={theta_d0} phi={phi_d0}
.param theta_d1=1.5 phi_d1=-2.1
X_d1_c0 i3_re i3_im o3_re o3_im attenuator theta={theta_d1} phi={phi_d1}
.ends s2_m1_s
.subckt s2_m2_u i2_re i2_im i0_re i0_im i3_re i3_im o2_re o2_im o0_re o0_im o3_re o3_im
.param theta_d0=0.9 phi_d0=1.7
X_d0_c0 i2_re i2_im i0_re i0_im d0_2_re d0_2_im d0_0_re d0_0_im mzi theta={theta_d0} phi={phi_d0}
.param theta_d1=2.8 phi_d1=0.1
X_d1_c1 d0_0_re d0_0_im i3_re i3_im d1_0_re d1_0_im d1_3_re d1_3_im mzi theta={theta_d1} phi={phi_d1}
.param theta_d2=1.3 phi_d2=2.9
X_d2_c2 d0_2_re d0_2_im d1_0_re d1_0_im o2_re o2_im o0_re o0_im mzi theta={theta_d2} phi={phi_d2}
.param phi_d3=4
X_d3_c2 d1_3_re d1_3_im o3_re o3_im phase phi={phi_d3}
.ends s2_m2_u
.subckt s2_layer_1 i0_re i0_im i2_re i2_im i3_re i3_im o0_re o0_im o2_re o2_im o3_re o3_im
X_m0 i0_re i0_im i2_re i2_im m0_0_re m0_0_im m0_2_re m0_2_im s2_m0_v_t
X_m1 m0_0_re m0_0_im i3_re i3_im m1_0_re m1_0_im m1_3_re m1_3_im s2_m1_s
X_m2 m0_2_re m0_2_im m1_0_re m1_0_im m1_3_re m1_3_im m2_2_re m2_2_im m2_0_re m2_0_im m2_3_re m2_3_im s2_m2_u
X_n0 m2_0_re m2_0_im o0_re o0_im neuron gain=1.5
X_n2 m2_2_re m2_2_im o2_re o2_im neuron gain=1
X_n3 m2_3_re m2_3_im o3_re o3_im neuron gain=0.8
.ends s2_layer_1

* section 3: layer "layer 2"
.subckt s3_m0_v_t i0_re i0_im i2_re i2_im i3_re i3_im o0_re o0_im o2_re o2_im
.param theta_d0=1.9 phi_d0=3.1
X_d0_c0 i0_re i0_im i2_re i2_im o0_re o0_im d0_2_re d0_2_im mzi theta={theta_d0} phi={phi_d0}
.param theta_d1=2.1 phi_d1=0.4
X_d1_c1 d0_2_re d0_2_im i3_re i3_im o2_re o2_im d1_3_re d1_3_im mzi theta={theta_d1} phi={phi_d1}
.ends s3_m0_v_t
.subckt s3_layer_2 i0_re i0_im i2_re i2_im i3_re i3_im o0_re o0_im o2_re o2_im
X_m0 i0_re i0_im i2_re i2_im i3_re i3_im m0_0_re m0_0_im o2_re o2_im s3_m0_v_t
X_n0 m0_0_re m0_0_im o0_re o0_im neuron gain=2
.ends s3_layer_2

* section 4: broadcast "T"
.subckt s4_m0_tree i0_re i0_im i2_re i2_im o0_re o0_im o4_re o4_im
.param theta_d0=1.4 phi_d0=0.1
X_d0_c0 i0_re i0_im 0 0 o0_re o0_im d0_4_re d0_4_im mzi theta={theta_d0} phi={phi_d0}
.param theta_d1=1.7 phi_d1=0
X_d1_c1 d0_4_re d0_4_im i2_re i2_im o4_re o4_im d1_2_re d1_2_im mzi theta={theta_d1} phi={phi_d1}
.ends s4_m0_tree
.subckt s4_t i0_re i0_im i2_re i2_im o0_re o0_im o4_re o4_im
X_m0 i0_re i0_im i2_re i2_im o0_re o0_im o4_re o4_im s4_m0_tree
.ends s4_t

* light path
.subckt circuit_tiny_pair w0_s0_re w0_s0_im w1_s0_re w1_s0_im ref_rail_re ref_rail_im
+ out_w0_s0_re out_w0_s0_im out_w1_s0_re out_w1_s0_im
X_s0 w0_s0_re w0_s0_im w1_s0_re w1_s0_im s0_m0_re s0_m0_im s0_p
X_s1 ref_rail_re ref_rail_im s1_m2_re s1_m2_im s1_m3_re s1_m3_im s1_rails
X_s2 s0_m0_re s0_m0_im s1_m2_re s1_m2_im s1_m3_re s1_m3_im s2_m0_re s2_m0_im s2_m2_re s2_m2_im
+ s2_m3_re s2_m3_im s2_layer_1
X_s3 s2_m0_re s2_m0_im s2_m2_re s2_m2_im s2_m3_re s2_m3_im s3_m0_re s3_m0_im s3_m2_re s3_m2_im s3_layer_2
X_s4 s3_m0_re s3_m0_im s3_m2_re s3_m2_im s4_m0_re s4_m0_im s4_m4_re s4_m4_im s4_t
E_out_w0_s0_re out_w0_s0_re 0 s4_m0_re 0 1
E_out_w0_s0_im out_w0_s0_im 0 s4_m0_im 0 1
E_out_w1_s0_re out_w1_s0_re 0 s4_m4_re 0 1
E_out_w1_s0_im out_w1_s0_im 0 s4_m4_im 0 1
.ends circuit_tiny_pair

* inputs: levels of the workers' symbols
.param w0_s0=0
.param w1_s0=0
V_w0_s0_re w0_s0_re 0 {w0_s0*(1)}
V_w0_s0_im w0_s0_im 0 0
V_w1_s0_re w1_s0_re 0 {w1_s0*(0.9)}
V_w1_s0_im w1_s0_im 0 0
V_ref_rail_re ref_rail_re 0 2.5
V_ref_rail_im ref_rail_im 0 0

X_dut w0_s0_re w0_s0_im w1_s0_re w1_s0_im ref_rail_re ref_rail_im out_w0_s0_re out_w0_s0_im
+ out_w1_s0_re out_w1_s0_im circuit_tiny_pair

* receivers
E_rx_w0_s0 rx_w0_s0 0 out_w0_s0_re 0 -2
B_level_w0_s0 level_w0_s0 0 V=max(0,min(3,floor(V(rx_w0_s0)+0.5)))
E_rx_w1_s0 rx_w1_s0 0 out_w1_s0_re 0 -1.5
B_level_w1_s0 level_w1_s0 0 V=max(0,min(3,floor(V(rx_w1_s0)+0.5)))

.save v(w0_s0_re) v(w0_s0_im)
.save v(w1_s0_re) v(w1_s0_im)
.save v(ref_rail_re) v(ref_rail_im)
.save v(out_w0_s0_re) v(out_w0_s0_im) v(rx_w0_s0) v(level_w0_s0)
.save v(out_w1_s0_re) v(out_w1_s0_im) v(rx_w1_s0) v(level_w1_s0)
.save v(x_dut.s0_m0_re) v(x_dut.s0_m0_im)
.save v(x_dut.s1_m2_re) v(x_dut.s1_m2_im)
.save v(x_dut.s1_m3_re) v(x_dut.s1_m3_im)
.save v(x_dut.s2_m0_re) v(x_dut.s2_m0_im)
.save v(x_dut.s2_m2_re) v(x_dut.s2_m2_im)
.save v(x_dut.s2_m3_re) v(x_dut.s2_m3_im)
.save v(x_dut.s3_m0_re) v(x_dut.s3_m0_im)
.save v(x_dut.s3_m2_re) v(x_dut.s3_m2_im)
.save v(x_dut.s4_m0_re) v(x_dut.s4_m0_im)
.save v(x_dut.s4_m4_re) v(x_dut.s4_m4_im)
.options itl1=1050 reltol=1e-9 vntol=1e-12 abstol=1e-12
.op
.control
if $?batchmode & $?rawfile = 0
run
print v(rx_w0_s0) v(level_w0_s0)
print v(rx_w1_s0) v(level_w1_s0)
quit
end
.endc
.end
