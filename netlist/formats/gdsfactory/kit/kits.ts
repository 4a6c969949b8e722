/** Parameters of a cell. */
export type CellSettings = Readonly<Record<string, number>>;

/** A cell of a kit that a lane ends in: and how it lies where light leaves to the right. */
interface EndCell {
  readonly cell: string;
  readonly settings: CellSettings;
  readonly angle: 0 | 180;
}

/** What the two kits do not have in common. */
export interface KitFigures {
  /** Python that names the kit PDK. */
  readonly load: string;
  readonly coupler: EndCell;
  readonly terminator: EndCell;
  /** From the coupler's port to the edge of the chip: an edge coupler ends there, a grating coupler does not. */
  readonly edgeUm: number;
  /** Layer of texts. */
  readonly label: string;
  /** Largest design, either way round, and who takes it. */
  readonly field: { readonly longUm: number; readonly shortUm: number; readonly of: string };
}

export type FoundryKit = "ubcpdk" | "cspdk";

export const foundryKits: Readonly<Record<FoundryKit, KitFigures>> = {
  // ubcpdk 3.3.2
  ubcpdk: {
    load: "from ubcpdk import PDK",
    coupler: { cell: "ebeam_swg_edgecoupler", settings: {}, angle: 0 },
    terminator: { cell: "ebeam_terminator_te1550", settings: {}, angle: 180 },
    edgeUm: 79.3,
    label: "TEXT",
    // assumed: what a scanner exposes at once
    field: { longUm: 33_000, shortUm: 26_000, of: "an exposure" },
  },
  // cspdk 1.4.2, its 220 nm silicon; it has no edge coupler and no terminator: a taper to the narrowest width, which is assumed to reflect little
  cspdk: {
    load: "from cspdk.si220.cband import PDK",
    coupler: { cell: "grating_coupler_elliptical", settings: {}, angle: 0 },
    terminator: { cell: "taper", settings: { length: 10, width1: 0.45, width2: 0.35 }, angle: 0 },
    edgeUm: 90,
    label: "LBL",
    // CORNERSTONE, design guidelines of its call 48 (220 nm SOI), section 5.1
    field: { longUm: 11_470, shortUm: 4_900, of: "a cell of CORNERSTONE" },
  },
};

/** Lanes lie as far apart as the fibres of an array. */
export const ROW_UM = 127;
export const RADIUS_UM = 10;
/** mmi2x2: from port to port, and half the distance of its ports. */
export const MMI_UM = 82.5;
export const MMI_HALF_UM = 1;
/** straight_heater_metal: its contacts are 20 um by 10 um, their middles outside of the heater by this. */
export const HEATER_UM = 200;
export const CONTACT_UM = 14.9;
export const PAD_UM = 90;
/** From pad to pad. */
export const PAD_PITCH_UM = 120;
/** Of the wire that all heaters share; each has one of the kit's usual width besides. */
export const RAIL_UM = 40;
